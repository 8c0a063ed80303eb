import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, vi } from 'vitest';

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

export interface Received {
  /** From 1, in the order in which they were accepted. */
  readonly connection: number;
  readonly path: string;
  readonly socket: Socket;
}

/** Listens until the test ends. Returns its port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Takes requests off a socket one by one; it parses no more than their length. */
export function onRequests(socket: Socket, connection: number, take: (received: Received) => void): void {
  let begun = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    begun += data.toString('latin1');
    for (let at = begun.indexOf('\r\n\r\n'); at >= 0; at = begun.indexOf('\r\n\r\n')) {
      const length = at + 4 + Number(/content-length: (\d+)/i.exec(begun.slice(0, at))?.[1] ?? 0);
      if (begun.length < length) return;
      const path = begun.split(' ')[1] ?? '';
      begun = begun.slice(length);
      take({ connection, path, socket });
    }
  });
}

/** A server that writes what `answer` returns, as latin-1, and leaves the rest to it. */
export async function startServer(answer: (received: Received) => string | undefined = () => OK) {
  const sockets: Socket[] = [];
  const requests: Received[] = [];
  const server = createServer((socket) => {
    onRequests(socket.setNoDelay(), sockets.push(socket), (received) => {
      requests.push(received);
      const text = answer(received);
      if (text !== undefined) socket.write(text, 'latin1');
    });
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => sockets.length,
    /** For each request the connection that it came on. */
    carriers: () => requests.map(({ connection }) => connection),
    paths: () => requests.map(({ path }) => path),
    /** The server's side of the nth connection, from 1. */
    socket: (connection: number) => sockets[connection - 1] as Socket,
    /** Once so many requests have come. */
    requested: (count: number) =>
      vi.waitFor(() => expect(requests.length).toBeGreaterThanOrEqual(count), { interval: 2, timeout: 20_000 }),
    /** Takes no new connection any more. */
    stop: () => void server.close(),
  };
}
