import { hash } from 'node:crypto';
import type { FifoQueue, Received } from './fifo-queue.ts';
import { bytesOf, checkBatch, type Incomplete, type Outgoing } from './rules.ts';
import { SqsError } from './sqs-error.ts';

/** An operation's input as the SDK's commands carry it and SQS's JSON protocol writes it. */
export type SqsInput = Readonly<Record<string, unknown>> & { readonly QueueUrl?: string };

interface Entry {
  readonly Id: string;
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly ReceiptHandle?: string;
}

/** Carries out one operation on a queue. @throws SqsError; Error for what this model does not know */
export function respondAsSqs(queue: FifoQueue, operation: string, input: SqsInput, now: number): object {
  switch (operation) {
    case 'SendMessage':
      return sendOne(queue, input as unknown as Entry, now);
    case 'SendMessageBatch': {
      const entries = entriesOf(input);
      const bytes = entries.reduce((sum, entry) => sum + bytesOf(outgoing(entry)), 0);
      return each(entries, bytes, (entry) => sendOne(queue, entry, now));
    }
    case 'DeleteMessageBatch':
      return each(entriesOf(input), 0, ({ ReceiptHandle = '' }) => {
        queue.remove(ReceiptHandle, now);
        return {};
      });
    case 'ChangeMessageVisibility':
      queue.changeVisibility(String(input.ReceiptHandle), Number(input.VisibilityTimeout), now);
      return {};
    case 'GetQueueAttributes':
      return { Attributes: attributesOf(queue, now) };
    default:
      throw new Error(`the model of SQS does not know ${operation}`);
  }
}

/** The queue that a URL means: its last part is the queue's name. */
export function queueOf(queues: readonly FifoQueue[], { QueueUrl = '' }: SqsInput): FifoQueue {
  const found = queues.find(({ name }) => QueueUrl.endsWith(`/${name}`));
  if (found === undefined) throw new SqsError('QueueDoesNotExist', `there is no queue at ${QueueUrl}`);
  return found;
}

function sendOne(queue: FifoQueue, entry: Entry, now: number): object {
  if (entry.DelaySeconds !== undefined) {
    throw new SqsError(
      'InvalidParameterValue',
      'DelaySeconds: the request include parameter that is not valid for this queue type.',
    );
  }
  const { messageId, sequence } = queue.send(outgoing(entry) as Outgoing, now);
  const md5OfBody = md5(entry.MessageBody ?? '');
  return { MessageId: messageId, SequenceNumber: sequenceNumber(sequence), MD5OfMessageBody: md5OfBody };
}

/** What a sender left out is left to the queue to refuse. */
function outgoing(entry: Entry): Incomplete {
  const { MessageBody: body, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = entry;
  const attributes = Object.entries(entry.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [
    name,
    StringValue,
  ]);
  return { body, groupId, deduplicationId, attributes: Object.fromEntries(attributes) };
}

function entriesOf(input: SqsInput): readonly Entry[] {
  return input.Entries as readonly Entry[];
}

/** Carries out a batch entry by entry: one that is refused does not touch the others. */
function each(entries: readonly Entry[], bytes: number, act: (entry: Entry) => object): object {
  checkBatch(
    entries.map(({ Id }) => Id),
    bytes,
  );
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.name, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function attributesOf(queue: FifoQueue, now: number): Record<string, string> {
  const { visible, hidden } = queue.counts(now);
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: '0',
  };
}

/** A received message as Lambda's event-source mapping hands it to a function. @param senderId who sent it */
export function toRecord(message: Received, senderId: string) {
  const { messageId, receiptHandle, body, groupId, deduplicationId, attributes = {}, sequence } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: senderId,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
      SequenceNumber: sequenceNumber(sequence),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
    ),
    md5OfBody: md5(body),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:requests.fifo',
    awsRegion: 'eu-west-1',
  };
}

function sequenceNumber(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

function md5(text: string): string {
  return hash('md5', text);
}
