import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createHttpsTransport } from '../../../../functions/adapters/autoenhance/transport.ts';
import { OK, startServer } from '../raw-server.ts';
import { clock, httpCall } from './support.ts';

const BYE = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** What a server does to an idle connection, right before the next call. */
const ENDS: readonly (readonly [string, (socket: Socket) => unknown])[] = [
  ['ended (FIN)', (socket) => socket.end()],
  ['reset (RST)', (socket) => socket.resetAndDestroy()],
  ['ended with a 408 that nobody asked for', (socket) => socket.end(BYE)],
  ['left open with a 408 that nobody asked for', (socket) => socket.write(BYE)],
  ['given the first half of a 408 that nobody asked for', (socket) => socket.write(BYE.slice(0, 20))],
  ['given a response that nobody asked for', (socket) => socket.write(OK)],
  ['given an informational answer that nobody asked for', (socket) => socket.write('HTTP/1.1 103 Hints\r\n\r\n')],
  ['given what is no HTTP', (socket) => socket.write('??')],
];

async function startUsed(connections = 1) {
  const server = await startServer(({ path }) => (path === '/held' ? undefined : OK));
  const transport = createHttpsTransport({ clock });
  const call = (path: string) => transport(httpCall(server.url + path));
  const held = Array.from({ length: connections }, () => call('/held'));
  await server.requested(connections);
  for (let count = 1; count <= connections; count += 1) server.socket(count).write(OK);
  await Promise.all(held);
  return { server, call };
}

describe.each(ENDS)('a kept connection that was %s', (_case, act) => {
  test('carries no call: it goes out once, over a new one', async () => {
    const { server, call } = await startUsed();
    act(server.socket(1));
    expect(await call('/next')).toMatchObject({ status: 200, body: '{}' });
    expect(server.paths()).toEqual(['/held', '/next']);
    expect(server.carriers()).toEqual([1, 2]);
  });

  test('and has no successor leaves the call unsent', async () => {
    const { server, call } = await startUsed();
    server.stop();
    act(server.socket(1));
    await expect(call('/next')).rejects.toMatchObject({ name: 'TransportFailed', sent: false, timedOut: false });
    expect(server.paths()).toEqual(['/held']);
  });
});

test('many dead connections cost a call no more than one', async () => {
  const { server, call } = await startUsed(5);
  for (const connection of [1, 2, 3, 4, 5]) server.socket(connection).resetAndDestroy();
  expect(await call('/next')).toMatchObject({ status: 200 });
  expect(server.carriers().slice(5)).toEqual([6]);
});

test('a request on a reused connection that breaks counts as sent, because it may have been read', async () => {
  const server = await startServer(({ path, socket }) => (path === '/kept' ? OK : void socket.resetAndDestroy()));
  const transport = createHttpsTransport({ clock });
  await transport(httpCall(`${server.url}/kept`));
  await expect(transport(httpCall(`${server.url}/lost`))).rejects.toMatchObject({ sent: true, timedOut: false });
  expect(server.carriers()).toEqual([1, 1]);
});

test('a call whose invocation ends while it looks at a kept connection is not sent', async () => {
  const { server } = await startUsed();
  const transport = createHttpsTransport({ clock });
  await transport(httpCall(`${server.url}/kept`));
  const ending = new AbortController();
  const call = transport(httpCall(`${server.url}/next`, { signal: ending.signal }));
  ending.abort();
  await expect(call).rejects.toMatchObject({ sent: false, timedOut: true });
  expect(server.paths()).not.toContain('/next');
});
