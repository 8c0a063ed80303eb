import { describe, expect, test } from 'vitest';
import { createClient, get, KEY, OK, shown, startServer } from './support.ts';

describe('an answer that breaks off has its status, what came of its body, and why:', () => {
  const begun = 'HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 10\r\n\r\nhel';
  const chunked = 'HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n';
  const came = { status: 200, headers: { 'x-a': 'b' }, body: Buffer.from('hel'), isCut: false };

  test.each([
    ['the connection ended', begun, 'ECONNRESET'],
    ['the connection ended between chunks', chunked, 'ECONNRESET'],
    ['the next chunk is none', `${chunked}${KEY}\r\n`, 'EPROTO'],
  ])('%s', async (_case, text, code) => {
    const server = await startServer(({ socket }) => void socket.end(text));
    const answer = await get(createClient(server.url));
    expect(answer).toMatchObject({ ...came, broken: { name: 'ConnectionError', sent: true, code } });
    expect(shown(answer.broken)).not.toContain(KEY);
  });

  test('the connection was reset where its end would have been the answer’s', async () => {
    const server = await startBeginning('HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nhel');
    const call = get(createClient(server.url), '/begun');
    await server.isRead();
    (await server.request(1)).socket.resetAndDestroy();
    expect(await call).toMatchObject({ ...came, broken: { name: 'ConnectionError', code: 'ECONNRESET' } });
  });

  test('the time was up', async () => {
    const server = await startBeginning(begun);
    const answer = await get(createClient(server.url), '/begun', { timeoutMs: 1_000 });
    expect(answer).toMatchObject({ ...came, broken: { name: 'TimeoutError', sent: true } });
    await server.closed(1);
  });

  test('it was given up', async () => {
    const server = await startBeginning(begun);
    const ending = new AbortController();
    const call = get(createClient(server.url), '/begun', { signal: ending.signal });
    await server.isRead();
    ending.abort();
    expect(await call).toMatchObject({ ...came, broken: { name: 'AbortError', sent: true } });
    await server.closed(1);
  });
});

async function startBeginning(text: string) {
  const server = await startServer(({ path }) => (path === '/begun' ? text : OK));
  return {
    ...server,
    isRead: async () => {
      await server.request(1);
      // What was written before is read before an answer that takes a connection and a request of its own.
      await get(createClient(server.url), '/other');
    },
  };
}
