import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import tls, { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { selfSigned } from '../../../bench/servers/self-signed.ts';
import { createHttpsTransport } from '../../../functions/adapters/autoenhance/transport.ts';
import { createConnectionPool } from '../../../functions/adapters/connection-pool.ts';
import { handedBack } from '../../support/handed-back.ts';
import { httpCall } from './autoenhance/support.ts';
import { listen, OK, startServer } from './raw-server.ts';

// Of 127.0.0.1. What is trusted is read once for a process, at its first connection.
const trusted = selfSigned();
setDefaultCACertificates([...getCACertificates('default'), trusted.cert]);

const never = new AbortController().signal;

/** Connections whose clock the test moves. */
function createConnections(maxConnections = 8) {
  let now = 1_000_000;
  const connections = createConnectionPool({ maxConnections, clock: { now: () => now } });
  onTestFinished(() => connections.http.destroy());

  async function get(url: string) {
    connections.dropIdle();
    const [response] = await once(request(url, { agent: connections.http }).end(), 'response');
    await text(response);
    await handedBack();
  }

  return {
    ...connections,
    get,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe('an idle connection', () => {
  const keepAlive = (value: string) => `HTTP/1.1 200 OK\r\nKeep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`;

  test.each([
    ['is 20 s', OK, 20_000],
    ['is what the server says, less a second', keepAlive('timeout=5'), 4_000],
    ['is 20 s where the server says more', keepAlive('timeout=60'), 20_000],
  ])(
    'has a limit that %s by the clock: until then it is used, and afterwards ended',
    async (_case, response, limit) => {
      const server = await startServer(() => response);
      const { get, wait } = createConnections();
      await get(server.url);
      wait(limit);
      await get(server.url);
      expect(server.carriers()).toEqual([1, 1]);
      wait(limit + 1);
      await get(server.url);
      expect(server.carriers()).toEqual([1, 1, 2]);
      if (!server.socket(1).closed) await once(server.socket(1), 'close');
    },
  );

  test('is ended also when the clock was set back meanwhile', async () => {
    const server = await startServer();
    const { get, wait } = createConnections();
    await get(server.url);
    wait(-600_000);
    await get(server.url);
    wait(20_001);
    await get(server.url);
    expect(server.carriers()).toEqual([1, 1, 2]);
  });
});

test.each([
  [20_000, 1],
  [20_001, 2],
])('an idle connection with TLS has the same limit: after %d ms there are %d connections', async (ms, expected) => {
  const { url, connections } = await startTlsServer();
  let now = 1_000_000;
  const transport = createHttpsTransport({ clock: { now: () => now } });
  await transport(httpCall(`${url}/1`));
  await handedBack();
  now += ms;
  await transport(httpCall(`${url}/2`));
  expect(connections()).toBe(expected);
});

test('connections with TLS share a context', async () => {
  const { url, connections } = await startTlsServer();
  const transport = createHttpsTransport({ clock: { now: () => 1_000_000 } });
  const perConnection = vi.spyOn(tls, 'createSecureContext');
  onTestFinished(() => perConnection.mockRestore());
  await Promise.all([transport(httpCall(`${url}/1`)), transport(httpCall(`${url}/2`))]);
  expect(connections()).toBe(2);
  expect(perConnection).not.toHaveBeenCalled();
});

test('there are never more connections to a host than there may be', async () => {
  const server = await startServer();
  const { get } = createConnections(3);
  await Promise.all(Array.from({ length: 30 }, () => get(server.url)));
  expect(server.paths()).toHaveLength(30);
  expect(server.connections()).toBe(3);
});

describe('to open a connection', () => {
  test('sends nothing, and the next request uses it', async () => {
    const server = await startServer();
    const { open, get } = createConnections();
    await open(server.url, never);
    expect([server.paths(), server.connections()]).toEqual([[], 1]);
    await get(server.url);
    await get(server.url);
    expect(server.carriers()).toEqual([1, 1]);
  });

  test('is for one request, and another one at the same time opens its own', async () => {
    const server = await startServer();
    const { open, http } = createConnections();
    await open(server.url, never);
    const { hostname: host, port } = new URL(server.url);
    const [first, second] = [http.createConnection({ host, port }), http.createConnection({ host, port })];
    expect(second).not.toBe(first);
    for (const socket of [first, second]) socket?.destroy();
  });

  test('is for its host alone', async () => {
    const [server, other] = [await startServer(), await startServer()];
    const { open, get } = createConnections();
    await open(server.url, never);
    await get(other.url);
    expect([server.paths(), other.paths()]).toEqual([[], ['/']]);
  });

  test.each([
    [5_000, [1]],
    [5_001, [2]],
  ])('is for soon: after %d ms the request is on connection %j', async (ms, carriers) => {
    const server = await startServer();
    const { open, get, wait } = createConnections();
    await open(server.url, never);
    wait(ms);
    await get(server.url);
    expect(server.carriers()).toEqual(carriers);
  });

  test.each([
    ['while one waits for a request opens no other', 5_000, [1]],
    ['when the one that waits has waited for too long opens another', 5_001, [2]],
  ])('again %s', async (_case, ms, carriers) => {
    const server = await startServer();
    const { open, get, wait } = createConnections();
    await open(server.url, never);
    wait(ms);
    await open(server.url, never);
    expect(server.connections()).toBe(carriers[0]);
    await get(server.url);
    expect(server.carriers()).toEqual(carriers);
    if (carriers[0] === 2 && !server.socket(1).closed) await once(server.socket(1), 'close');
  });

  test('twice at the same time keeps one of the two', async () => {
    const server = await startServer();
    const { open, get } = createConnections();
    await Promise.all([open(server.url, never), open(server.url, never)]);
    await get(server.url);
    const [used = 0] = server.carriers();
    const other = server.socket(3 - used);
    if (!other.closed) await once(other, 'close');
    expect(server.connections()).toBe(2);
  });

  test('again after the server has ended the one that waits opens another', async () => {
    const server = await startServer();
    const { open, get } = createConnections();
    await open(server.url, never);
    server.socket(1).resetAndDestroy();
    await vi.waitFor(async () => {
      await open(server.url, never);
      expect(server.connections()).toBe(2);
    });
    await get(server.url);
    expect(server.carriers()).toEqual([2]);
  });

  test.each([
    ['ends', (server: Awaited<ReturnType<typeof startServer>>) => server.socket(1).end()],
    ['resets', (server: Awaited<ReturnType<typeof startServer>>) => server.socket(1).resetAndDestroy()],
    ['answers on', (server: Awaited<ReturnType<typeof startServer>>) => server.socket(1).write(OK)],
  ])('that the server %s before it is used costs a call nothing but a new one', async (_case, act) => {
    const server = await startServer();
    const transport = createHttpsTransport({ clock: { now: () => 0 } });
    await transport.open?.(server.url, never);
    act(server);
    expect(await transport(httpCall(`${server.url}/next`))).toMatchObject({ status: 200, body: '{}' });
    expect(server.carriers()).toEqual([2]);
  });

  test('fails when no server listens, and when it is aborted', async () => {
    const server = await startServer();
    server.stop();
    const { open } = createConnections();
    await expect(open(server.url, never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(open(server.url, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('waits for TLS, too', async () => {
    const { url, paths, connections } = await startTlsServer();
    const transport = createHttpsTransport({ clock: { now: () => 0 } });
    await transport.open?.(url, never);
    for (const path of ['/1', '/2']) {
      expect(await transport(httpCall(url + path))).toMatchObject({ status: 200 });
      await handedBack();
    }
    expect([paths, connections()]).toEqual([['/1', '/2'], 1]);
  });
});

/** It is ended with its test. */
async function startTlsServer() {
  const paths: unknown[] = [];
  let connections = 0;
  const server = createTlsServer({ ...trusted, keepAliveTimeout: 60_000 }, ({ url }, response) => {
    paths.push(url);
    response.end('{}');
  }).on('secureConnection', () => {
    connections += 1;
  });
  return { url: `https://127.0.0.1:${await listen(server)}`, paths, connections: () => connections };
}

test.each([
  ['opened for later', ''],
  ['kept', `await transport({ ...call, attemptTimeoutMs: 20_000, connectTimeoutMs: 20_000, signal });`],
])('a connection that is %s keeps no process alive', async (_case, statement) => {
  const server = await startServer();
  const module = join(import.meta.dirname, '../../../functions/adapters/autoenhance/transport.ts');
  const script = `
    const { createHttpsTransport } = await import(${JSON.stringify(module)});
    const transport = createHttpsTransport({ clock: { now: () => 0 } });
    const { signal } = new AbortController();
    const call = { method: 'GET', url: '${server.url}/', headers: {}, body: '' };
    await transport.open('${server.url}', signal);
    ${statement}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  onTestFinished(() => void child.kill());
  const [code] = await once(child, 'exit');
  expect([code, server.connections()]).toEqual([0, 1]);
});
