import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createHttpsTransport } from '../../../../functions/adapters/autoenhance/transport.ts';
import { type Received, startServer } from '../raw-server.ts';
import { clock, createImages, httpCall, IMAGE, KEY, limits } from './support.ts';

const LINE = 'HTTP/1.1 200 OK\r\n';
const TWO_LENGTHS = 'Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n';

/** What follows a status line, and makes a head that Node's parser refuses. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['two kinds of length', `${TWO_LENGTHS}\r\n2\r\n{}\r\n0\r\n\r\n`],
  [
    'two kinds of length, the other way round',
    'Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ],
  ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
  ['a negative length', 'Content-Length: -1\r\n\r\n{}'],
  ['a length that is no number', 'Content-Length: two\r\n\r\n{}'],
  ['a header without a colon', 'Content-Length 2\r\n\r\n{}'],
  ['a NUL in a header', `X-A: \0${KEY}\r\nContent-Length: 2\r\n\r\n{}`],
  ['more headers than are read', `${`X-A: ${'b'.repeat(1000)}\r\n`.repeat(20)}Content-Length: 2\r\n\r\n{}`],
];

async function startWith(response: (received: Received) => string | undefined) {
  const server = await startServer(response);
  const transport = createHttpsTransport({ clock });
  return { server, call: (options = {}) => transport(httpCall(server.url, options)) };
}

const stands = (status: number) => ({ status, headers: {}, body: '', truncated: true });

describe('a status line that was read stands', () => {
  test.each(REFUSED)('above %s', async (_case, rest) => {
    const { server, call } = await startWith(() => LINE + rest);
    expect(await call()).toEqual(stands(200));
    expect(server.paths()).toHaveLength(1);
  });

  test.each(REFUSED)('above %s, whatever pieces it comes in', async (_case, rest) => {
    const { call } = await startWith(({ socket }) => {
      socket.write(LINE);
      setTimeout(() => socket.write(rest, 'latin1'), 20);
      return undefined;
    });
    expect(await call()).toEqual(stands(200));
  });

  test.each([201, 404, 500])('whatever it is: %d', async (status) => {
    const { call } = await startWith(() => `HTTP/1.0 ${status}\r\nContent-Length: -1\r\n\r\n`);
    expect(await call()).toEqual(stands(status));
  });

  test('behind informational ones', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n';
    const { call } = await startWith(() => `${early}${early}${LINE}${TWO_LENGTHS}\r\n`);
    expect(await call()).toEqual(stands(200));
  });

  test.each([
    ['the connection ends', (socket: Received['socket']) => socket.end()],
    ['the time is up', () => {}],
  ])('when %s in the middle of the head', async (_case, act) => {
    const { call } = await startWith(({ socket }) => {
      socket.write(`${LINE}Content-Le`);
      act(socket);
      return undefined;
    });
    expect(await call({ attemptTimeoutMs: 500 })).toEqual(stands(200));
  });

  test('so that an image was started, with a warning, and is not started again', async () => {
    const { server } = await startWith(() => undefined);
    const accepting = await startServer(() => `${LINE}${TWO_LENGTHS}\r\n`);
    const response = await createImages({ baseUrl: accepting.url }).process(IMAGE, {}, limits());
    expect(response).toEqual({ response: null, warnings: [expect.stringContaining('broke off')] });
    expect([accepting.paths().length, server.paths().length]).toEqual([1, 0]);
  });
});

describe('what is no status line of HTTP/1.x says that the request was sent, and is not shown:', () => {
  test.each([
    ['nothing of HTTP', `?? ${KEY}\r\n\r\n`],
    ['another protocol', `ICY 200 ${KEY}\r\n\r\n`],
    ['a status of four digits', `HTTP/1.1 2000 ${KEY}\r\n\r\n`],
    ['a line without an end', `HTTP/1.1 200 ${KEY}`],
    ['a switch of protocols', `HTTP/1.1 101 ${KEY}\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n`],
    ['an informational answer alone', `HTTP/1.1 103 ${KEY}\r\n\r\n`],
  ])('%s', async (_case, text) => {
    const { call } = await startWith(({ socket }) => void socket.end(text));
    const error: unknown = await call().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TransportFailed', sent: true, timedOut: false });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(KEY);
  });
});
