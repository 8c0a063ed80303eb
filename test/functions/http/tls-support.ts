import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { selfSigned } from '../../../bench/servers/self-signed.ts';
import { listen, OK, onRequests, type Received } from './support.ts';

export const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

export interface Handshake {
  /** What the client calls the server; false where it says nothing. */
  readonly name: string | false | null;
  readonly protocol: string | false | null;
  readonly isResumed: boolean;
}

/** A server over TLS that records what it is asked; `answer` is written as latin-1. */
export async function startTlsServer(
  certificate: ReturnType<typeof selfSigned>,
  options: TlsOptions = {},
  answer: (received: Received) => string | undefined = () => OK,
) {
  const handshakes: Handshake[] = [];
  const offered: { readonly servername: string; readonly protocols: readonly string[] }[] = [];
  const requests: Received[] = [];
  let connections = 0;
  let closed = 0;
  const server = createServer({
    ...certificate,
    ALPNCallback: (offer) => {
      offered.push(offer);
      return offer.protocols[0];
    },
    ...options,
  });
  server.on('connection', (socket) => {
    connections += 1;
    socket.once('close', () => {
      closed += 1;
    });
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket: TLSSocket) => {
    const { servername, alpnProtocol } = socket as { readonly servername?: string | false } & TLSSocket;
    const count = handshakes.push({
      name: servername ?? false,
      protocol: alpnProtocol,
      isResumed: socket.isSessionReused(),
    });
    onRequests(socket, count, (received) => {
      requests.push(received);
      const text = answer(received);
      if (text !== undefined) socket.write(text, 'latin1');
    });
  });
  const port = await listen(server);
  return {
    server,
    port,
    url: `https://127.0.0.1:${port}`,
    handshakes: () => handshakes,
    offered: () => offered,
    paths: () => requests.map(({ path }) => path),
    carriers: () => requests.map(({ connection }) => connection),
    connections: () => connections,
    closed: () => closed,
  };
}
