import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { inspect } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { type Answer, CallFailed, type CallLimits } from '../../../functions/http/call.ts';
import { type ClientOptions, createHttpClient, type HttpClient } from '../../../functions/http/client.ts';
import type { Request } from '../../../functions/http/request.ts';

export const KEY = 'canary-key-7c20fe';
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

export interface Received {
  /** From 1, in the order in which they were accepted. */
  readonly connection: number;
  readonly path: string;
  /** As it came, as latin-1. */
  readonly text: string;
  readonly socket: Socket;
}

/** Takes requests off a socket one by one; a server that parses no more than their length. */
export function onRequests(socket: Socket, connection: number, take: (received: Received) => void): void {
  let begun = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    begun += data.toString('latin1');
    for (let at = begun.indexOf('\r\n\r\n'); at >= 0; at = begun.indexOf('\r\n\r\n')) {
      const length = at + 4 + Number(/content-length: (\d+)/.exec(begun.slice(0, at))?.[1] ?? 0);
      if (begun.length < length) return;
      const text = begun.slice(0, length);
      begun = begun.slice(length);
      take({ connection, path: text.split(' ')[1] ?? '', text, socket });
    }
  });
}

/** Listens until the test ends. Returns its port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that writes what `answer` returns, as latin-1, and leaves the rest to it. */
export async function startServer(answer: (received: Received) => string | undefined = () => OK, host?: string) {
  const sockets: Socket[] = [];
  const requests: Received[] = [];
  const server = createServer((socket) => {
    onRequests(socket.setNoDelay(), sockets.push(socket), (received) => {
      requests.push(received);
      const text = answer(received);
      if (text !== undefined) socket.write(text, 'latin1');
    });
  });
  const port = await listen(server, host);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => sockets.length,
    paths: () => requests.map(({ path }) => path),
    /** For each request the connection that it came on. */
    carriers: () => requests.map(({ connection }) => connection),
    /** The nth request, from 1, once it has come. */
    request: (count: number) =>
      vi.waitFor(
        () => {
          const found = requests[count - 1];
          expect(found).toBeDefined();
          return found as Received;
        },
        { interval: 2, timeout: 90_000 },
      ),
    /** Until the nth connection has ended on both sides. */
    closed: async (connection: number) => {
      const socket = sockets[connection - 1] as Socket;
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

/** Accepts connections, and says nothing: no TLS ever begins there. */
export async function startMute() {
  let connections = 0;
  const port = await listen(
    createServer((socket) => {
      connections += 1;
      socket.on('error', () => {}).resume();
    }),
  );
  return { url: `https://127.0.0.1:${port}`, connections: () => connections };
}

/** Takes every connection to this port, whichever it was meant for: the usual ones belong to the machine. Returns those. */
export function routeTo(port: number): readonly unknown[] {
  const asked: unknown[] = [];
  const connect = Socket.prototype.connect;
  const route = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    // Node hands itself some arguments one by one, and some in one list.
    const [first, ...others] = args;
    const [options, ...more] = (Array.isArray(first) ? first : [first]) as [{ port: number }];
    asked.push(options.port);
    const routed = { ...options, host: '127.0.0.1', port };
    return Reflect.apply(connect, this, Array.isArray(first) ? [routed, ...more] : [routed, ...others]);
  });
  onTestFinished(() => route.mockRestore());
  return asked;
}

export function createClient(endpoint: string, options: Partial<ClientOptions> = {}): HttpClient {
  return createHttpClient({ endpoint, maxConnections: 8, clock: { now: () => 0 }, ...options });
}

export function limits(options: Partial<CallLimits> = {}): CallLimits {
  return { connectTimeoutMs: 20_000, timeoutMs: 20_000, maxBytes: 1024 * 1024, ...options };
}

export function get(client: HttpClient, path = '/', options: Partial<CallLimits> = {}): Promise<Answer> {
  return client.send({ method: 'GET', path, headers: [], body: '' }, limits(options));
}

export function post(client: HttpClient, request: Partial<Request> = {}): Promise<Answer> {
  return client.send({ method: 'POST', path: '/', headers: [], body: '', ...request }, limits());
}

/** What a call fails with; a call that succeeds fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error = await call.then(
    (value) => new Error(`the call succeeded: ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof CallFailed) return error;
  throw error;
}

/** All that could come into a log. */
export function shown(error: unknown): string {
  return inspect(error, { depth: null, showHidden: true });
}
