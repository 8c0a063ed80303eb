import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @param connection the number of its connection, from 1 */
type Handle = (request: IncomingMessage, response: ServerResponse, connection: number) => Promise<void>;

/** An HTTP server on 127.0.0.1 that numbers its connections. @throws Error with code EADDRINUSE for a busy port */
export async function listen(
  port: number,
  handle: Handle,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const numbers = new WeakMap<object, number>();
  let connections = 0;
  // The idle timeout of a load balancer, longer than Node's own 5 s.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response, numbers.get(request.socket) ?? 0).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connections += 1;
    numbers.set(socket, connections);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A request's whole body as text. @throws Error when the caller closes the connection before its end */
export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
