import { describe, expect, it } from 'vitest';
import { Refused } from '../../../functions/aws/refused.ts';
import { ANY_COMMAND, CLIENTS } from './clients.ts';
import { nothing, placeOf, type ServiceName, says, serviceAt, startAws } from './support.ts';

const body = (type: string, words: object = { message: 'why' }) => JSON.stringify({ __type: type, ...words });

/** What both make of one answer. */
async function errorsOf(service: ServiceName, status: number, answer: string, headers = {}) {
  const errors = [];
  for (const client of ['sdk', 'ours'] as const) {
    const says3 = Array.from({ length: 3 }, () => says(status, answer, headers));
    const { url } = await startAws(...says3);
    const call = CLIENTS[service](url)[client](ANY_COMMAND[service](url) as never);
    const { name, message, $metadata, $fault } = await call.then(
      () => expect.fail('it did not fail'),
      (error) => error,
    );
    errors.push({ name, message, status: $metadata?.httpStatusCode, fault: $fault });
  }
  return errors;
}

describe('an error', () => {
  it.each<[string, ServiceName, number, string, Record<string, string>?]>([
    ['a missing queue', 'sqs', 400, body('com.amazonaws.sqs#QueueDoesNotExist')],
    [
      'a missing queue, with the query protocol’s word beside it',
      'sqs',
      400,
      body('com.amazonaws.sqs#QueueDoesNotExist'),
      { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
    ],
    ['a receipt that is no longer good', 'sqs', 400, body('com.amazonaws.sqs#ReceiptHandleIsInvalid')],
    ['a batch that is too long', 'sqs', 400, body('com.amazonaws.sqs#BatchRequestTooLong')],
    ['a throttled queue', 'sqs', 403, body('com.amazonaws.sqs#RequestThrottled')],
    ['a missing secret', 'secretsmanager', 400, body('ResourceNotFoundException', { Message: 'no secret' })],
    ['a missing right', 'secretsmanager', 400, body('AccessDeniedException', { Message: 'User: is not authorized' })],
    ['a key that decrypts nothing', 'secretsmanager', 400, body('DecryptionFailure', { Message: 'KMS' })],
    ['Secrets Manager’s own failure', 'secretsmanager', 500, body('InternalServiceError', { Message: 'sorry' })],
    ['an item that is too large', 'dynamodb', 400, body('com.amazon.coral.validate#ValidationException')],
    ['a missing table', 'dynamodb', 400, body('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException')],
    ['a condition', 'dynamodb', 400, body('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException')],
    ['a word with an address behind it', 'secretsmanager', 400, body('ResourceNotFoundException:http://amazon.com/a')],
    [
      'a word in a header',
      'dynamodb',
      400,
      '{"message":"why"}',
      { 'x-amzn-errortype': 'ValidationException:http://a' },
    ],
    ['a word under the name “code”', 'dynamodb', 400, '{"code":"a#ValidationException","message":"why"}'],
  ])('of %s has the SDK’s name, words and status', async (_name, service, ...answer) => {
    const [expected, got] = await errorsOf(service, ...answer);
    expect({ ...got, fault: undefined }).toEqual({ ...expected, fault: undefined });
  });

  it.each([
    ['the caller’s', 400, 'client'],
    ['AWS’s', 500, 'server'],
  ])('says that the fault is %s, as the SDK’s do', async (_name, status, fault) => {
    const errors = await errorsOf('secretsmanager', status, body('Anything'));
    expect(errors.map((error) => error.fault)).toEqual([fault, fault]);
  });

  it('is named by AWS’s JSON word where SQS has another one for the query protocol', async () => {
    const answer = body('com.amazon.coral.service#AccessDeniedException', { Message: 'not authorized' });
    const [sdks, ours] = await errorsOf('sqs', 403, answer, { 'x-amzn-query-error': 'AccessDenied;Sender' });
    expect(sdks?.name).toBe('AccessDenied');
    expect(ours).toMatchObject({ name: 'AccessDeniedException', message: 'not authorized', status: 403 });
  });

  it.each([
    ['HTML', 403, '<html>proxy</html>'],
    ['nothing', 413, ''],
    ['null', 400, 'null'],
    ['a list', 400, '[1]'],
    ['other JSON', 400, '{"__type":5}'],
  ])('that is %s is named by its status, and never shows that text', async (_name, status, answer) => {
    const { url, calls } = await startAws(says(status, answer));
    const error = await serviceAt(placeOf('sqs', url))
      .call('SendMessage', '{}')
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ name: `Status${status}`, message: `AWS answered ${status}`, status });
    expect(calls).toHaveLength(1);
  });

  it('that redirects is an error, and is not followed', async () => {
    const { url, calls } = await startAws(says(307, '', { location: '/elsewhere' }));
    const call = serviceAt(placeOf('sqs', url)).call('SendMessage', '{}');
    await expect(call).rejects.toMatchObject({ name: 'Status307' });
    expect(calls).toHaveLength(1);
  });
});

describe.each(['sqs', 'secretsmanager', 'dynamodb'] as const)('the signal of a call of %s', (service) => {
  it.each(['sdk', 'ours'] as const)('ends it with an AbortError (%s)', async (client) => {
    const { url, calls } = await startAws(nothing);
    const ending = new AbortController();
    const send = CLIENTS[service](url)[client];
    const call = send(ANY_COMMAND[service](url) as never, { abortSignal: ending.signal });
    const ended = expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => calls.length).toBe(1);
    ending.abort();
    await ended;
    const late = send(ANY_COMMAND[service](url) as never, { abortSignal: ending.signal });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });

  it('ends no call beside it, and none after it', async () => {
    const { url, calls } = await startAws(nothing, nothing);
    const send = CLIENTS[service](url).ours;
    const [ending, other] = [new AbortController(), new AbortController()];
    const calling = [ending, other].map(({ signal }) =>
      send(ANY_COMMAND[service](url) as never, { abortSignal: signal }),
    );
    const ends = calling.map((call) => call.catch(({ name }) => name));
    await expect.poll(() => calls.length).toBe(2);
    ending.abort();
    expect(await ends[0]).toBe('AbortError');
    expect(await send(ANY_COMMAND[service](url) as never)).not.toHaveProperty('name');
    other.abort();
    expect(await ends[1]).toBe('AbortError');
  });
});
