import { createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type AutoenhanceOptions, createAutoenhanceImages } from '../../../../functions/adapters/autoenhance/client.ts';
import type { HttpRequest } from '../../../../functions/adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../../../../functions/adapters/autoenhance/transport.ts';
import { ProcessError } from '../../../../functions/core/errors.ts';
import type { Limits } from '../../../../functions/core/ports.ts';
import { KNOWN_IMAGES } from '../../../../local/sandbox/known-images.ts';
import { createSandbox, type SandboxOptions } from '../../../../local/sandbox/server.ts';

export const KEY = 'canary-key-3f9a1c';
export const IMAGE = KNOWN_IMAGES.house.id;
export const clock = { now: () => Date.now() };

/** A sandbox that ends with the test. */
export async function startSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await createSandbox({ apiKey: KEY, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A client with enough time for everything, unless told otherwise. */
export function createImages(options: Partial<AutoenhanceOptions> & { readonly baseUrl: string }) {
  return createAutoenhanceImages({
    transport: createHttpsTransport({ clock }),
    apiVersion: '2025-05-08',
    apiKey: { get: async () => KEY, refresh: async () => KEY },
    clock,
    ...options,
  });
}

export function limits(options: Partial<Limits> = {}): Limits {
  return { deadline: Date.now() + 60_000, signal: new AbortController().signal, ...options };
}

/** The error that a call to the endpoint ends in. */
export async function failureOf(call: Promise<unknown>): Promise<ProcessError> {
  const error = await call.then(
    (value) => new Error(`the call succeeded: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ProcessError) return error;
  throw error;
}

export function httpCall(url: string, options: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body: '{}',
    attemptTimeoutMs: 20_000,
    connectTimeoutMs: 20_000,
    signal: new AbortController().signal,
    ...options,
  };
}

/** A TCP server that answers as it likes, for what no HTTP server does; `answer` is called once for each connection's first bytes. */
export async function startRawServer(answer: (socket: Socket, received: string) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (data) => answer(socket, data.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(close);
  return { port, url: `http://127.0.0.1:${port}`, connections: () => sockets.size, close };
}
