import { createServer, type RequestListener } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ANY_COMMAND, CLIENTS, type Send } from './clients.ts';
import {
  breaks,
  breaksOff,
  listening,
  nothing,
  placeOf,
  refuses,
  SERVICES,
  type ServiceName,
  says,
  serviceAt,
  startAws,
} from './support.ts';

const away = refuses(500, 'InternalFailure');

async function endOf(send: Send, command: object): Promise<unknown> {
  try {
    const { $metadata: _, ...output } = (await send(command as never)) as { $metadata?: unknown };
    return output;
  } catch (error) {
    return (error as Error).name;
  }
}

describe.each(Object.keys(SERVICES) as ServiceName[])('a call of %s', (service) => {
  it.each<[string, readonly RequestListener[], number, unknown]>([
    ['AWS fails once', [away], 2, {}],
    ['AWS fails for good', [away, away, away, away], 3, 'InternalFailure'],
    ['AWS is away', [refuses(503, 'ServiceUnavailable')], 2, {}],
    ['it is throttled', [refuses(400, 'ThrottlingException')], 2, {}],
    ['a table is throttled', [refuses(400, 'ProvisionedThroughputExceededException')], 2, {}],
    ['a queue is throttled', [refuses(403, 'com.amazonaws.sqs#RequestThrottled')], 2, {}],
    ['it is throttled by status alone', [says(429, '')], 2, {}],
    ['a connection breaks', [breaks], 2, {}],
    ['an answer breaks off', [breaksOff({ 'content-length': 100 })], 2, {}],
    ['an answer of unknown length breaks off', [breaksOff()], 2, {}],
    ['a gateway answers in HTML', [says(502, '<html>away</html>')], 2, {}],
    ['a gateway answers with nothing', [says(504, '')], 2, {}],
    ['what answers in its place speaks another JSON', [says(503, '{"__type":5,"message":{}}')], 2, {}],
    ['its signature came too late', [refuses(400, 'InvalidSignatureException', 'Signature expired: 1 < 2')], 2, {}],
    ['its signature is wrong', [refuses(403, 'InvalidSignatureException')], 1, 'InvalidSignatureException'],
    ['its session has ended', [refuses(400, 'ExpiredTokenException')], 1, 'ExpiredTokenException'],
    [
      'a condition does not hold',
      [refuses(400, 'ConditionalCheckFailedException')],
      1,
      'ConditionalCheckFailedException',
    ],
    ['it is wrong', [refuses(400, 'ValidationException')], 1, 'ValidationException'],
    ['it is not allowed', [refuses(400, 'AccessDeniedException')], 1, 'AccessDeniedException'],
    ['what it asks for is missing', [refuses(400, 'ResourceNotFoundException')], 1, 'ResourceNotFoundException'],
  ])('when %s is repeated as often as the SDK repeats it, and ends so', async (_name, answers, count, end) => {
    for (const client of ['sdk', 'ours'] as const) {
      const { url, calls } = await startAws(...answers);
      expect(await endOf(CLIENTS[service](url)[client], ANY_COMMAND[service](url)), client).toEqual(end);
      expect(calls.length, client).toBe(count);
    }
  });
});

describe('a call', () => {
  it('to which no answer comes ends after its time, as often as it may be repeated', async () => {
    const { url, calls } = await startAws(nothing, nothing, nothing, nothing);
    // Long enough for each call to reach the server.
    const call = serviceAt(placeOf('sqs', url), { timeoutMs: 700 }).call('SendMessage', '{}');
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', message: 'no answer within 700 ms' });
    expect(calls).toHaveLength(3);
  });

  it('of which the answer begins and does not end is given up after its time, too', async () => {
    const begins: RequestListener = (_request, response) => void response.writeHead(200).write('{');
    const { url, calls } = await startAws(begins);
    expect(await serviceAt(placeOf('sqs', url), { timeoutMs: 700 }).call('SendMessage', '{}')).toEqual({});
    expect(calls).toHaveLength(2);
  });

  it('for which no connection comes to stand ends sooner than one without an answer', async () => {
    // Takes connections and says nothing to a TLS greeting.
    const mute = createNetServer();
    onTestFinished(() => void mute.close());
    const place = placeOf('dynamodb', (await listening(mute)).replace('http:', 'https:'));
    const call = serviceAt(place, { connectTimeoutMs: 50 }).call('GetItem', '{}');
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', message: 'no connection within 50 ms' });
  });

  it('to where nobody listens says so', async () => {
    const server = createServer();
    const url = await listening(server);
    server.close();
    const call = serviceAt(placeOf('dynamodb', url)).call('GetItem', '{}');
    await expect(call).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
