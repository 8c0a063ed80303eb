import { describe, expect, it } from 'vitest';
import { respondAsSqs, toRecord } from '../../chaos/models/sqs/protocol.ts';
import { MAX_BYTES } from '../../chaos/models/sqs/rules.ts';
import { createFifoQueue } from '../../chaos/models/sqs.ts';

const traced = { MessageAttributes: { traceparent: { DataType: 'String', StringValue: '00-trace' } } };
const newQueue = () => createFifoQueue({ name: 'queue', visibilityTimeoutMs: 30_000, retentionMs: 1_000_000 });
const message = { MessageBody: 'body', MessageGroupId: 'group', MessageDeduplicationId: 'id' };
const entry = (Id: string, more: object = {}) => ({ ...message, MessageDeduplicationId: Id, Id, ...more });
const send = (input: object) => () => respondAsSqs(newQueue(), 'SendMessage', input as never, 0);
const sendBatch = (Entries: readonly object[]) => () =>
  respondAsSqs(newQueue(), 'SendMessageBatch', { Entries } as never, 0);

describe('SendMessage', () => {
  it('answers with the id, the sequence number and the MD5 that the SDK compares', () => {
    expect(send(message)()).toEqual({
      MessageId: 'queue-1',
      SequenceNumber: '00000000000000000001',
      MD5OfMessageBody: '841a2d689ad86bd1611447453c22c6fc',
    });
  });

  it.each([
    ['no group', { MessageGroupId: undefined }, 'MissingParameter'],
    ['a group with a space', { MessageGroupId: 'a b' }, 'InvalidParameterValue'],
    ['a group of 129 characters', { MessageGroupId: 'a'.repeat(129) }, 'InvalidParameterValue'],
    ['no deduplication id', { MessageDeduplicationId: undefined }, 'InvalidParameterValue'],
    ['a deduplication id outside ASCII', { MessageDeduplicationId: 'ä' }, 'InvalidParameterValue'],
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['a body that is too long', { MessageBody: 'x'.repeat(MAX_BYTES + 1) }, 'InvalidParameterValue'],
    ['a delay', { DelaySeconds: 1 }, 'InvalidParameterValue'],
    [
      'attributes that are too long with the body',
      { MessageBody: 'x'.repeat(MAX_BYTES), ...traced },
      'InvalidParameterValue',
    ],
  ])('refuses %s', (_, wrong, name) => {
    expect(send({ ...message, ...wrong })).toThrow(expect.objectContaining({ name }));
  });

  it.each(['\u0000', '\u0008', '\u000b', '\u001f', '\ud800', '\udfff', '\ufffe', '\uffff'])('refuses %j', (text) => {
    expect(send({ ...message, MessageBody: text })).toThrow(
      expect.objectContaining({ name: 'InvalidMessageContents' }),
    );
  });

  it.each(['\t\n\r ~\u007f', '\ud7ff\ue000\ufffd', '\u{10000}\u{10ffff}', 'x'.repeat(MAX_BYTES)])(
    'takes %#',
    (text) => {
      expect(send({ ...message, MessageBody: text })).not.toThrow();
    },
  );
});

describe('SendMessageBatch', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => entry(String(index)));

  it.each([
    ['no entries', [], 'EmptyBatchRequest'],
    ['eleven', ids(11), 'TooManyEntriesInBatchRequest'],
    ['two with one id', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    ['an id with a dot', [entry('a.b')], 'InvalidBatchEntryId'],
    ['more than 1 MiB in all', [entry('a', half()), entry('b', half()), entry('c')], 'BatchRequestTooLong'],
  ])('refuses %s as a whole', (_, entries, name) => {
    expect(sendBatch(entries)).toThrow(expect.objectContaining({ name }));
  });

  it('takes ten, and refuses a wrong one without touching the others', () => {
    const response = sendBatch([...ids(9), entry('wrong', { MessageBody: '\uffff' })])() as {
      readonly Successful: readonly object[];
    };
    expect(response.Successful).toHaveLength(9);
    expect(response).toMatchObject({ Failed: [{ Id: 'wrong', Code: 'InvalidMessageContents', SenderFault: true }] });
  });
});

it('hands attributes out beside the body, also out of the dead letters', () => {
  const deadLetters = newQueue();
  const redrive = { maxReceiveCount: 1, deadLetters };
  const queue = createFifoQueue({ name: 'queue', visibilityTimeoutMs: 1, retentionMs: 1_000_000, redrive });
  respondAsSqs(queue, 'SendMessage', { ...message, ...traced } as never, 0);
  const [received] = queue.receive(0);
  expect(queue.receive(10)).toEqual([]);
  const [dead] = deadLetters.receive(10);
  const expected = { traceparent: { stringValue: '00-trace', dataType: 'String' } };
  expect([received, dead].map((each) => each && toRecord(each, 'sender').messageAttributes)).toEqual([
    expected,
    expected,
  ]);
});

describe('the other operations', () => {
  it('DeleteMessageBatch says which handles had expired', () => {
    const queue = newQueue();
    respondAsSqs(queue, 'SendMessage', message, 0);
    const handle = queue.receive(0)[0]?.receiptHandle;
    const input = { Entries: [{ Id: 'late', ReceiptHandle: handle }] };
    expect(respondAsSqs(queue, 'DeleteMessageBatch', input, 30_000)).toMatchObject({
      Successful: [],
      Failed: [{ Id: 'late' }],
    });
  });

  it('GetQueueAttributes counts what is visible and what is in flight', () => {
    const queue = newQueue();
    respondAsSqs(queue, 'SendMessage', message, 0);
    respondAsSqs(queue, 'SendMessage', { ...message, MessageGroupId: 'other' }, 0);
    queue.receive(0, 1);
    expect(respondAsSqs(queue, 'GetQueueAttributes', {}, 1)).toMatchObject({
      Attributes: { ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1' },
    });
  });

  it('an operation that the model does not know is an error, and no response', () => {
    expect(() => respondAsSqs(newQueue(), 'PurgeQueue', {}, 0)).toThrow('does not know PurgeQueue');
  });
});

function half() {
  return { MessageBody: 'x'.repeat(MAX_BYTES / 2) };
}
