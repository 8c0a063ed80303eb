import { describe, expect, test } from 'vitest';
import { createClient, failureOf, get, KEY, OK, shown, startMute, startServer } from './support.ts';

describe('a call that no connection stood for was not sent:', () => {
  test('nobody listens', async () => {
    expect(await failureOf(get(createClient('http://127.0.0.1:1')))).toMatchObject({
      name: 'ConnectionError',
      sent: false,
      code: 'ECONNREFUSED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('nobody has the name', async () => {
    const error = await failureOf(get(createClient('http://nobody.invalid')));
    expect(error).toMatchObject({ name: 'ConnectionError', sent: false, code: expect.stringMatching(/^E/) });
  });

  test('it took too long to connect', async () => {
    const mute = await startMute();
    const error = await failureOf(get(createClient(mute.url), '/', { connectTimeoutMs: 50 }));
    expect(error).toMatchObject({
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
      sent: false,
      message: 'no connection within 50 ms',
    });
  });

  test('the time of the whole call was up sooner', async () => {
    const mute = await startMute();
    const error = await failureOf(get(createClient(mute.url), '/', { timeoutMs: 50 }));
    expect(error).toMatchObject({
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
      sent: false,
      message: 'no answer within 50 ms',
    });
  });

  test('it was given up before', async () => {
    const server = await startServer();
    const error = await failureOf(get(createClient(server.url), '/', { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', sent: false });
    expect(server.connections()).toBe(0);
  });

  test('it was given up meanwhile', async () => {
    const mute = await startMute();
    const ending = new AbortController();
    const failed = failureOf(get(createClient(mute.url), '/', { signal: ending.signal }));
    await expect.poll(mute.connections).toBe(1);
    ending.abort();
    expect(await failed).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', sent: false });
  });
});

describe.each([
  ['a first', false],
  ['a kept', true],
])('a call on %s connection was sent:', (_case, isKept) => {
  async function startWith(answer: Parameters<typeof startServer>[0]) {
    const server = await startServer((received) => (received.path === '/before' ? OK : answer?.(received)));
    const client = createClient(server.url);
    if (isKept) await get(client, '/before');
    return { server, client, count: isKept ? 2 : 1 };
  }

  test.each([
    ['ended', 'end'],
    ['reset', 'resetAndDestroy'],
  ] as const)('the other side %s the connection', async (_how, method) => {
    const { client } = await startWith(({ socket }) => {
      socket[method]();
      return undefined;
    });
    expect(await failureOf(get(client))).toMatchObject({ name: 'ConnectionError', sent: true, code: 'ECONNRESET' });
  });

  test('no answer came in time', async () => {
    const { client, server, count } = await startWith(() => 'HTTP/1.1 200 OK\r\nContent-');
    const error = await failureOf(get(client, '/', { timeoutMs: 1_000 }));
    expect(error).toMatchObject({
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
      sent: true,
      message: 'no answer within 1000 ms',
    });
    expect(server.paths()).toHaveLength(count);
  });

  test('it was given up meanwhile', async () => {
    const { client, server, count } = await startWith(() => undefined);
    const ending = new AbortController();
    const failed = failureOf(get(client, '/', { signal: ending.signal }));
    await server.request(count);
    ending.abort();
    expect(await failed).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', sent: true });
    await server.closed(1);
  });

  test.each([
    ['is no HTTP', `?? ${KEY}\r\n\r\n`],
    ['switches protocols', `HTTP/1.1 101 ${KEY}\r\n\r\n`],
    ['has a header that is none', `HTTP/1.1 200 OK\r\n${KEY}\r\n\r\n`],
    ['has no length that is one', `HTTP/1.1 200 OK\r\nContent-Length: ${KEY}\r\n\r\n`],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('the answer %s, of which nothing is shown', async (_how, text) => {
    const { client, server } = await startWith(() => text);
    const error = await failureOf(get(client));
    expect(error).toMatchObject({ name: 'ConnectionError', code: 'EPROTO', sent: true });
    expect(shown(error)).not.toContain(KEY);
    await server.closed(1);
  });
});

test('a signal that is aborted after a call leaves its connection alone', async () => {
  const server = await startServer();
  const client = createClient(server.url);
  const ending = new AbortController();
  await get(client, '/', { signal: ending.signal });
  ending.abort();
  await get(client);
  expect(server.carriers()).toEqual([1, 1]);
});
