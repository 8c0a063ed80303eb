import { describe, expect, test } from 'vitest';
import { createClient, failureOf, get, OK, type Received, startServer } from './support.ts';

describe('a connection', () => {
  test('is kept: calls one after the other use one', async () => {
    const server = await startServer();
    const client = createClient(server.url);
    for (let call = 0; call < 20; call += 1) expect(await get(client)).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(1);
  });

  test('is used again before those that are idle for longer', async () => {
    const held: Received[] = [];
    const server = await startServer((received) => {
      if (received.path !== '/held') return OK;
      held.push(received);
      return undefined;
    });
    const client = createClient(server.url);
    const calls = [get(client, '/held'), get(client, '/held')];
    await server.request(2);
    for (const connection of [2, 1]) {
      const { socket } = held.find((each) => each.connection === connection) as Received;
      const before = server.carriers().indexOf(connection);
      socket.write(OK);
      await calls[before];
    }
    await get(client);
    await get(client);
    expect(server.carriers().slice(2)).toEqual([1, 1]);
  });

  test.each([
    ['that says so', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['that says so among others', 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'],
    ['with bytes behind it', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged`],
    ['with a line end behind it', `${OK}\r\n`],
  ])('ends with an answer %s, and carries no other call', async (_case, text) => {
    const server = await startServer(() => text);
    const client = createClient(server.url);
    for (const connection of [1, 2]) {
      const answer = await get(client);
      expect([answer.status, answer.body.toString(), answer.broken]).toEqual([200, 'ok', undefined]);
      await server.closed(connection);
    }
    expect(server.carriers()).toEqual([1, 2]);
  });

  test('ends with an answer that is cut', async () => {
    const server = await startServer(() => `HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n${'x'.repeat(2_000)}`);
    const client = createClient(server.url);
    const { isCut, body, broken } = await get(client, '/', { maxBytes: 1_000 });
    expect([isCut, body.length, broken]).toEqual([true, 1_000, undefined]);
    await server.closed(1);
  });

  test('whose end is the end of an answer carries no other call, not even one that waits for it', async () => {
    const server = await startServer(({ socket, path }) => {
      if (path !== '/ends') return OK;
      socket.end('HTTP/1.1 200 OK\r\n\r\nok');
      return undefined;
    });
    const client = createClient(server.url, { maxConnections: 1 });
    const [first, waiting] = [get(client, '/ends'), get(client, '/waiting')];
    expect(await first).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(await waiting).toMatchObject({ status: 200 });
    expect(await get(client, '/ends')).toMatchObject({ status: 200 });
    expect(await get(client, '/next')).toMatchObject({ status: 200 });
    expect(server.carriers()).toEqual([1, 2, 2, 3]);
  });

  test.each([
    ['ends', (socket: Received['socket']) => socket.end()],
    ['resets', (socket: Received['socket']) => socket.resetAndDestroy()],
    ['sends what nobody asked for on', (socket: Received['socket']) => socket.write(OK)],
  ])('that the other side %s while it is idle is not used', async (_case, act) => {
    const server = await startServer();
    const client = createClient(server.url);
    await get(client);
    act((await server.request(1)).socket);
    await server.closed(1);
    // A reset closes the server's side at once: what came earlier on this connection is read before what comes now.
    await get(createClient(server.url));
    expect(await get(client)).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(server.carriers()).toEqual([1, 2, 3]);
  });

  test('whose call ran out of time is not used, so that its late answer is nobody else’s', async () => {
    const server = await startServer(({ path }) => (path === '/late' ? undefined : OK));
    const client = createClient(server.url);
    await get(client);
    expect(await failureOf(get(client, '/late', { timeoutMs: 50 }))).toMatchObject({ sent: true });
    (await server.request(2)).socket.write('HTTP/1.1 500 Late\r\nContent-Length: 0\r\n\r\n');
    expect(await get(client)).toMatchObject({ status: 200 });
    expect(server.carriers()).toEqual([1, 1, 2]);
  });
});

describe('an idle connection', () => {
  const keepAlive = (value: string) => `HTTP/1.1 200 OK\r\nKeep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`;

  test.each([
    ['by what the server says, less a second', keepAlive('timeout=5'), undefined, 4_000],
    ['by what the server says among other things', keepAlive('max=100, Timeout=5'), undefined, 4_000],
    ['by what the client is told', OK, 3_000, 3_000],
    ['by what the client is told, where the server says more', keepAlive('timeout=60'), 3_000, 3_000],
    ['by what the server says, where the client is told more', keepAlive('timeout=2'), 3_000, 1_000],
  ])('has its limit %s: until then it is used, and afterwards ended', async (_case, answer, maxIdleMs, limit) => {
    const server = await startServer(() => answer);
    let now = 1_000_000;
    const clock = { now: () => now };
    const client = createClient(server.url, { clock, ...(maxIdleMs !== undefined && { maxIdleMs }) });
    await get(client);
    now += limit;
    await get(client);
    expect(server.carriers()).toEqual([1, 1]);
    now += limit + 1;
    await get(client);
    expect(server.carriers()).toEqual([1, 1, 2]);
    await server.closed(1);
  });

  test('that the server keeps no time at all is not used', async () => {
    const server = await startServer(() => keepAlive('timeout=0'));
    const client = createClient(server.url);
    await get(client);
    await get(client);
    expect(server.carriers()).toEqual([1, 2]);
  });

  test('has no limit where nobody says one', async () => {
    const server = await startServer();
    let now = 0;
    const client = createClient(server.url, { clock: { now: () => now } });
    await get(client);
    now = 365 * 24 * 3_600_000;
    await get(client);
    expect(server.carriers()).toEqual([1, 1]);
  });
});
