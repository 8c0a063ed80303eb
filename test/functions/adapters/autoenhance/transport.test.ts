import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { selfSigned } from '../../../../bench/servers/self-signed.ts';
import { type HttpRequest, TransportFailed } from '../../../../functions/adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../../../../functions/adapters/autoenhance/transport.ts';
import { clock, httpCall, IMAGE, KEY, startRawServer, startSandbox } from './support.ts';

const path = `/v3/images/${IMAGE}/process`;

describe('a request', () => {
  test('says when it was written: before its response, on a kept connection too', async () => {
    const sandbox = await startSandbox();
    const steps: string[] = [];
    for (const name of ['first', 'second']) {
      await call(sandbox.url + path, {
        onSent: () => steps.push(`${name} written, ${sandbox.calls().length} received`),
      });
      steps.push(`${name} answered`);
    }
    expect(steps).toEqual([
      'first written, 0 received',
      'first answered',
      'second written, 1 received',
      'second answered',
    ]);
  });

  test('without a connection was not written', async () => {
    const { port } = await startRawServer(() => {});
    const onSent = vi.fn();
    await expect(call(`https://127.0.0.1:${port}`, { connectTimeoutMs: 50, onSent })).rejects.toThrow();
    expect(onSent).not.toHaveBeenCalled();
  });
});

describe('a response', () => {
  test('comes with its status, its headers in lower case and its body', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 418, body: 'Küche', headers: { 'X-Mixed-Case': 'yes' } });
    const response = await call(sandbox.url + path);
    expect(response).toMatchObject({
      status: 418,
      body: 'Küche',
      truncated: false,
      headers: { 'x-mixed-case': 'yes' },
    });
  });

  test('of 256 KiB is read whole, and of one byte more is cut', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'oversized', bytes: 256 * 1024, times: 1 });
    sandbox.fail({ kind: 'oversized', bytes: 256 * 1024 + 1 });
    const whole = await call(sandbox.url + path);
    const cut = await call(sandbox.url + path);
    expect([whole.status, whole.truncated, whole.body.length]).toEqual([200, false, 256 * 1024]);
    expect([cut.status, cut.truncated, cut.body.length]).toEqual([200, true, 256 * 1024]);
  });

  test('that goes on for ever is read no further than its limit', async () => {
    const server = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n${'x'.repeat(300 * 1024)}`);
    });
    const { truncated, body } = await call(server.url, { attemptTimeoutMs: 60_000 });
    expect([truncated, body.length]).toEqual([true, 256 * 1024]);
  });

  test('that is cut never ends in half a character', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 200, body: `x${'é'.repeat(256 * 1024)}` });
    const { body } = await call(sandbox.url + path);
    expect(body.endsWith('é')).toBe(true);
  });

  test('that breaks off keeps its status', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'broken_body' });
    expect(await call(sandbox.url + path)).toMatchObject({ status: 200, truncated: true });
  });

  test('whose body stalls keeps its status when the time is up', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'stalled_body' });
    expect(await call(sandbox.url + path, { attemptTimeoutMs: 1_000 })).toMatchObject({ status: 200, truncated: true });
  });

  test('that redirects is a response like any other, and the key stays with the first host', async () => {
    const [sandbox, elsewhere] = [await startSandbox(), await startSandbox()];
    sandbox.fail({ kind: 'status', status: 307, headers: { location: elsewhere.url + path } });
    expect((await call(sandbox.url + path)).status).toBe(307);
    expect(elsewhere.calls()).toEqual([]);
  });

  test('is waited for behind an informational one', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    });
    expect(await call(server.url)).toMatchObject({ status: 200, body: '{}' });
  });
});

describe('a failure', () => {
  test('to connect says that nothing was sent', async () => {
    const { url, close } = await startRawServer(() => {});
    await close();
    expect(await failure(url)).toMatchObject({ sent: false, timedOut: false, message: /ECONNREFUSED/ });
  });

  test('to agree on TLS in time says that nothing was sent', async () => {
    const mute = await startRawServer(() => {});
    const error = await failure(`https://127.0.0.1:${mute.port}`, { connectTimeoutMs: 50 });
    expect(error).toMatchObject({ sent: false, timedOut: true, message: 'no connection within 50 ms' });
  });

  test('to trust the certificate says that nothing was sent', async () => {
    const { url } = await startTlsServer();
    expect(await failure(url)).toMatchObject({ sent: false, timedOut: false, message: /self-signed certificate/ });
  });

  test('of a header that cannot be sent says that nothing was sent', async () => {
    const server = await startRawServer(() => {});
    const error = await failure(server.url, { headers: { 'x-api-key': `${KEY}\n` } });
    expect(error).toMatchObject({ sent: false, timedOut: false });
    expect(server.connections()).toBe(0);
  });

  test('of an invocation that was over before says that nothing was sent', async () => {
    const server = await startRawServer(() => {});
    const error = await failure(server.url, { signal: AbortSignal.abort() });
    expect(error).toMatchObject({ sent: false, timedOut: true });
    expect(server.connections()).toBe(0);
  });

  test('of an invocation that ends meanwhile says that the request was sent', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'hang' });
    const ending = new AbortController();
    const failed = failure(sandbox.url + path, { signal: ending.signal });
    await vi.waitFor(() => expect(sandbox.calls()).toHaveLength(1), { interval: 5, timeout: 90_000 });
    ending.abort();
    expect(await failed).toMatchObject({ sent: true, timedOut: true });
  });

  test.each([false, true])(
    'by a reset says that the request was sent (on a connection used before: %s)',
    async (used) => {
      const sandbox = await startSandbox();
      const transport = createHttpsTransport({ clock });
      if (used) await transport(httpCall(sandbox.url + path));
      sandbox.fail({ kind: 'reset' });
      const error = await transport(httpCall(sandbox.url + path)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ sent: true, timedOut: false });
    },
  );

  test('by a hanging endpoint says that the request was sent', async () => {
    const sandbox = await startSandbox();
    const transport = createHttpsTransport({ clock });
    await transport(httpCall(sandbox.url + path));
    sandbox.fail({ kind: 'hang' });
    const call = httpCall(sandbox.url + path, { attemptTimeoutMs: 50 });
    const error = await transport(call).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ sent: true, timedOut: true, message: 'timed out after 50 ms' });
  });

  test.each([
    ['a response that is no HTTP', (request: string) => `?? ${request}`],
    ['a switch of protocols', () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])('by %s says that the request was sent, and shows nothing of it', async (_case, answer) => {
    const server = await startRawServer((socket, received) => socket.end(answer(received)));
    const error = await failure(server.url);
    expect(error).toMatchObject({ sent: true, timedOut: false });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(KEY);
  });
});

describe('connections', () => {
  test('are kept: 100 calls one after the other use one', async () => {
    const sandbox = await startSandbox();
    const transport = createHttpsTransport({ clock });
    for (let call = 0; call < 100; call += 1) await transport(httpCall(sandbox.url + path));
    expect(connectionsOf(sandbox)).toEqual([1]);
  });

  test('are shared: 100 calls in lines of ten use ten at most', async () => {
    const sandbox = await startSandbox();
    const transport = createHttpsTransport({ clock });
    const line = async () => {
      for (let call = 0; call < 10; call += 1) await transport(httpCall(sandbox.url + path));
    };
    await Promise.all(Array.from({ length: 10 }, line));
    expect(sandbox.calls()).toHaveLength(100);
    expect(connectionsOf(sandbox).length).toBeLessThanOrEqual(10);
  });

  test.each([
    [19_000, [1]],
    [21_000, [1, 2]],
  ])('that were idle for %d ms leave connections %j in use', async (idleMs, expected) => {
    const sandbox = await startSandbox();
    let now = 1_000_000;
    const transport = createHttpsTransport({ clock: { now: () => now } });
    await transport(httpCall(sandbox.url + path));
    now += idleMs;
    await transport(httpCall(sandbox.url + path));
    expect(connectionsOf(sandbox)).toEqual(expected);
  });
});

function call(url: string, options: Partial<HttpRequest> = {}) {
  return createHttpsTransport({ clock })(httpCall(url, options));
}

async function failure(url: string, options: Partial<HttpRequest> = {}): Promise<TransportFailed> {
  const error = await call(url, options).catch((reason: unknown) => reason);
  if (error instanceof TransportFailed) return error;
  throw error;
}

function connectionsOf(sandbox: Awaited<ReturnType<typeof startSandbox>>): readonly number[] {
  return [...new Set(sandbox.calls().map(({ connection }) => connection))];
}

async function startTlsServer({ key, cert } = selfSigned()) {
  let connections = 0;
  const server = createTlsServer({ key, cert }, (request, response) => {
    if (request.url === '/reset') request.socket.destroy();
    else response.end('{}');
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}
