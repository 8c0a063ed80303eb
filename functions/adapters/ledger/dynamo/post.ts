import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

export interface PostOptions {
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** Limit of name lookup, TCP and TLS together, on a new connection. */
  readonly connectTimeoutMs: number;
  /** Limit of the whole call, until the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * One POST to `/` over kept connections. Rejects with Node's own error, or one that is called TimeoutError or AbortError.
 * @param headers name and value in turns
 */
export type Post = (headers: readonly string[], body: string, signal?: AbortSignal) => Promise<Answer>;

const MAX_SOCKETS = 50;

export function createPost({ endpoint, connectTimeoutMs, timeoutMs }: PostOptions): Post {
  const { protocol, hostname, port } = new URL(endpoint);
  const isEncrypted = protocol === 'https:';
  const agent = new (isEncrypted ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const request = isEncrypted ? httpsRequest : httpRequest;
  const target = { method: 'POST', path: '/', hostname, port, agent };

  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(named('AbortError', 'the call was not begun'));
      const length = String(Buffer.byteLength(body));
      const outgoing = request({ ...target, headers: [...headers, 'content-length', length] });
      const timer = setTimeout(() => fail(named('TimeoutError', `no answer within ${timeoutMs} ms`)), timeoutMs);
      const abort = () => fail(named('AbortError', 'the call was given up'));
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
        outgoing.destroy();
      };
      signal?.addEventListener('abort', abort);
      // Kept for good: Node may report a connection's error once more after the call was given up.
      outgoing.on('error', fail);
      outgoing.once('response', (response) =>
        read(response, fail, (answer) => {
          settle();
          resolve(answer);
        }),
      );
      limitConnecting(outgoing, connectTimeoutMs, fail);
      outgoing.end(body);
    });
}

function read(response: IncomingMessage, fail: (error: Error) => void, done: (answer: Answer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', fail);
  response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
}

function limitConnecting(outgoing: ClientRequest, ms: number, fail: (error: Error) => void): void {
  outgoing.once('socket', (socket: Socket & { readonly encrypted?: boolean }) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => fail(named('TimeoutError', `no connection within ${ms} ms`)), ms);
    const clear = () => clearTimeout(timer);
    socket.once(socket.encrypted === true ? 'secureConnect' : 'connect', clear);
    socket.once('close', clear);
  });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
