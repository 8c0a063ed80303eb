import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createClient, failureOf, get, limits, OK, startServer } from './support.ts';

/** Holds its answer to the first request until it is asked for. */
async function startHolding() {
  const server = await startServer(({ path }) => (path === '/held' ? undefined : OK));
  const client = createClient(server.url, { maxConnections: 1 });
  const held = get(client, '/held');
  const { socket } = await server.request(1);
  return { server, client, held, socket };
}

describe('calls beyond the connections there may be', () => {
  test('wait, and go in the order in which they came, on those that are freed', async () => {
    const { server, client, held, socket } = await startHolding();
    const waiting = ['/1', '/2', '/3', '/4'].map((path) => get(client, path));
    socket.write(OK);
    for (const call of [held, ...waiting]) expect(await call).toMatchObject({ status: 200 });
    expect(server.paths()).toEqual(['/held', '/1', '/2', '/3', '/4']);
    expect(server.connections()).toBe(1);
  });

  test('never open more: a hundred at a time use three', async () => {
    const server = await startServer();
    const client = createClient(server.url, { maxConnections: 3 });
    await Promise.all(Array.from({ length: 100 }, (_, call) => get(client, `/${call}`)));
    expect(server.paths()).toHaveLength(100);
    expect(server.connections()).toBe(3);
  });

  test('never open more after connections were lost', async () => {
    const server = await startServer(({ socket, path }) => {
      if (path !== '/lost') return OK;
      socket.resetAndDestroy();
      return undefined;
    });
    const client = createClient(server.url, { maxConnections: 2 });
    for (let call = 0; call < 5; call += 1) await failureOf(get(client, '/lost'));
    await Promise.all(Array.from({ length: 20 }, () => get(client)));
    expect(server.connections()).toBe(5 + 2);
  });

  test('go on a new connection when the one before them is lost', async () => {
    const { server, client, held, socket } = await startHolding();
    const waiting = get(client, '/next');
    socket.resetAndDestroy();
    expect(await failureOf(held)).toMatchObject({ sent: true });
    expect(await waiting).toMatchObject({ status: 200 });
    expect(server.carriers()).toEqual([1, 2]);
  });

  test('go on a new connection when the one before them ends with its answer', async () => {
    const { server, client, held, socket } = await startHolding();
    const waiting = get(client, '/next');
    socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    expect(await held).toMatchObject({ status: 200 });
    expect(await waiting).toMatchObject({ status: 200 });
    expect(server.carriers()).toEqual([1, 2]);
  });

  test('fail one by one where no connection can be opened', async () => {
    const server = await startServer();
    const client = createClient('http://127.0.0.1:1', { maxConnections: 1 });
    const calls = ['/1', '/2', '/3'].map((path) => failureOf(get(client, path)));
    for (const call of calls) expect(await call).toMatchObject({ sent: false, code: 'ECONNREFUSED' });
    expect(server.connections()).toBe(0);
  });

  test('are never sent when their time is up', async () => {
    const { server, client, held, socket } = await startHolding();
    const late = failureOf(get(client, '/late', { timeoutMs: 50 }));
    const next = get(client, '/next');
    expect(await late).toMatchObject({ name: 'TimeoutError', sent: false, message: 'no answer within 50 ms' });
    socket.write(OK);
    await Promise.all([held, next]);
    expect(server.paths()).toEqual(['/held', '/next']);
  });

  test('are never sent when they are given up', async () => {
    const { server, client, held, socket } = await startHolding();
    const ending = new AbortController();
    const given = failureOf(get(client, '/given-up', { signal: ending.signal }));
    const next = get(client, '/next');
    ending.abort();
    expect(await given).toMatchObject({ name: 'AbortError', sent: false });
    socket.write(OK);
    await Promise.all([held, next]);
    expect(server.paths()).toEqual(['/held', '/next']);
  });

  test('may wait to open a connection, too, and open none when one is freed', async () => {
    const { server, client, held, socket } = await startHolding();
    const opened = [client.open(limits()), client.open(limits())];
    const next = get(client, '/next');
    socket.write(OK);
    await Promise.all([held, ...opened, next]);
    expect(server.carriers()).toEqual([1, 1]);
    expect(server.connections()).toBe(1);
  });
});

describe('calls with one signal', () => {
  test('share one listener, which leaves with the last of them', async () => {
    const { client, held, socket } = await startHolding();
    const { signal } = new AbortController();
    const calls = Array.from({ length: 20 }, () => get(client, '/', { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    socket.write(OK);
    await Promise.all([held, ...calls]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await get(client, '/', { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('all end when it is aborted, sent or not, and those of another go on', async () => {
    const server = await startServer(({ path }) => (path === '/held' ? undefined : OK));
    const client = createClient(server.url, { maxConnections: 4 });
    const ending = new AbortController();
    const calls = Array.from({ length: 20 }, () => failureOf(get(client, '/held', { signal: ending.signal })));
    await server.request(4);
    const other = get(client, '/other', { signal: new AbortController().signal });
    ending.abort();
    const errors = await Promise.all(calls);
    expect(new Set(errors.map(({ name }) => name))).toEqual(new Set(['AbortError']));
    expect(errors.map(({ sent }) => sent)).toEqual([...Array(4).fill(true), ...Array(16).fill(false)]);
    expect(await other).toMatchObject({ status: 200 });
    expect(server.paths()).toEqual(['/held', '/held', '/held', '/held', '/other']);
  });

  test('open no connection for one another when they end together', async () => {
    const server = await startServer(({ path }) => (path === '/held' ? undefined : OK));
    const client = createClient(server.url, { maxConnections: 1 });
    const ending = new AbortController();
    const calls = Array.from({ length: 10 }, () => failureOf(get(client, '/held', { signal: ending.signal })));
    await server.request(1);
    ending.abort();
    await Promise.all(calls);
    await get(client, '/next');
    expect(server.connections()).toBe(2);
  });
});
