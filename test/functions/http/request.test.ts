import { describe, expect, test } from 'vitest';
import type { Request } from '../../../functions/http/request.ts';
import { createClient, failureOf, get, KEY, post, routeTo, shown, startServer } from './support.ts';

describe('a request', () => {
  test('without a body is its line, its host and its headers, byte by byte', async () => {
    const server = await startServer();
    const client = createClient(server.url);
    const headers = ['X-Api-Key', KEY, 'accept', 'a, b\t; c'];
    await client.send(
      { method: 'GET', path: '/v3/images/%C3%BC?a=b&c=%0D%0A', headers, body: '' },
      { connectTimeoutMs: 20_000, timeoutMs: 20_000, maxBytes: 10 },
    );
    expect((await server.request(1)).text).toBe(
      `GET /v3/images/%C3%BC?a=b&c=%0D%0A HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nX-Api-Key: ${KEY}\r\naccept: a, b\t; c\r\n\r\n`,
    );
  });

  test.each(['{"room":"Küche 🏠"}', '\ud800', '\r\n\r\n', 'x'.repeat(300_000)])(
    'has the length of its body in bytes (%.20j)',
    async (body) => {
      const server = await startServer();
      await post(createClient(server.url), { body });
      const bytes = Buffer.from(body);
      expect((await server.request(1)).text).toBe(
        `POST / HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-length: ${bytes.length}\r\n\r\n${bytes.toString('latin1')}`,
      );
    },
  );

  test('that posts nothing says so', async () => {
    const server = await startServer();
    await post(createClient(server.url));
    expect((await server.request(1)).text).toMatch(/\r\ncontent-length: 0\r\n\r\n$/);
  });

  test.each([
    ['http://127.0.0.1', '127.0.0.1', 80],
    ['http://127.0.0.1:80/', '127.0.0.1', 80],
    ['http://127.0.0.1:443', '127.0.0.1:443', 443],
    ['HTTP://LOCALHOST:8080', 'localhost:8080', 8080],
  ])('to %s goes to host %s, port %d', async (endpoint, host, port) => {
    const server = await startServer();
    const asked = routeTo(server.port);
    await get(createClient(endpoint));
    expect((await server.request(1)).text).toBe(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    expect(asked).toEqual([port]);
  });
});

describe('what would be more than one request, or none, is refused before anything is sent, and not shown:', () => {
  const smuggled = `\r\n\r\nGET /${KEY} HTTP/1.1`;

  test.each([
    ['no path', ''],
    ['a path that begins with nothing', 'images'],
    ['another address', `http://elsewhere/${KEY}`],
    ['space', `/a HTTP/1.1 ${KEY}`],
    ['a second request', `/a HTTP/1.1${smuggled}`],
    ['a line feed', `/a\n${KEY}`],
    ['a line feed at its end', `/${KEY}\n`],
    ['a NUL', `/\0${KEY}`],
    ['a letter that is no ASCII', `/ü${KEY}`],
    ['a letter whose last byte is a line feed', `/\u010a${KEY}`],
  ])('a path with %s', async (_case, path) => {
    await expectRefused({ path });
  });

  test.each([
    ['a second request', `a${smuggled}`],
    ['a line feed', `${KEY}\nb: c`],
    ['a line end at its end', `${KEY}\r\n`],
    ['a carriage return', `${KEY}\rb: c`],
    ['a NUL', `${KEY}\0`],
    ['a control character', `${KEY}\x1b`],
    ['a letter that is no ASCII', `${KEY}ü`],
    ['a letter whose last byte is a line feed', `${KEY}\u010a`],
  ])('a header with %s', async (_case, value) => {
    await expectRefused({ headers: ['a', 'b', 'x-api-key', value] });
  });

  test.each([
    ['a second request', `a: b${smuggled}`],
    ['space', `a ${KEY}`],
    ['a colon', `a:${KEY}`],
    ['nothing', ''],
  ])('a name of a header with %s', async (_case, name) => {
    await expectRefused({ headers: [name, 'b'] });
  });

  test.each([`GET /${KEY} HTTP/1.1${smuggled}\r\n\r\nGET`, `GET ${KEY}`, ''])('the method %j', async (method) => {
    await expectRefused({ method });
  });
});

async function expectRefused(request: Partial<Request>): Promise<void> {
  const server = await startServer();
  const client = createClient(server.url);
  const error = await failureOf(post(client, request));
  expect(error).toMatchObject({ name: 'ConnectionError', sent: false });
  expect(shown(error)).not.toContain(KEY);
  expect(server.connections()).toBe(0);
  await get(client, '/next');
  expect([server.paths(), server.connections()]).toEqual([['/next'], 1]);
}
