import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a stand-in answers, as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CountedServer {
  /** `https://127.0.0.1:PORT`, or `http:` without a certificate. */
  readonly url: string;
  /** So far. */
  connections(): number;
  close(): void;
}

/** A server that counts its connections, and keeps them. */
export async function startCountedServer(
  pair: { readonly key: string; readonly cert: string } | undefined,
  answer: (request: IncomingMessage, body: string) => Reply | Promise<Reply>,
): Promise<CountedServer> {
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(request, 'end');
    const { status, body, headers } = await answer(request, Buffer.concat(chunks).toString());
    const text = JSON.stringify(body);
    const length = { 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...length, ...headers }).end(text);
  };
  const options = { keepAliveTimeout: 600_000 };
  const server = pair ? createTlsServer({ ...pair, ...options }, listener) : createServer(options, listener);
  server.on(pair ? 'secureConnection' : 'connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${pair ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
