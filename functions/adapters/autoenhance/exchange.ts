import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type HttpRequest, type HttpResponse, TransportFailed } from './http-request.ts';
import { readBody } from './read-body.ts';
import { collectHead, type Received, statusOf } from './received-head.ts';
import { type ClientSocket, whenConnected, whenKnown } from './writable-socket.ts';

const INVOCATION_ENDED = 'the invocation ended before a response came';

/**
 * Sends one request and reads its response.
 * @param open makes the request, and sends nothing of it
 * @throws TransportFailed
 */
export async function exchange(call: HttpRequest, open: () => ClientRequest): Promise<HttpResponse> {
  const { signal, attemptTimeoutMs } = call;
  if (signal.aborted) throw new TransportFailed(INVOCATION_ENDED, { sent: false, timedOut: true });
  const progress: Progress = { sent: false, received: [] };
  const stop = (reason: string) => {
    progress.stopped ??= reason;
    progress.end?.();
  };
  const onAbort = () => stop(INVOCATION_ENDED);
  const timer = setTimeout(() => stop(`no answer within ${attemptTimeoutMs} ms`), attemptTimeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let response: IncomingMessage | undefined;
    // A kept connection that was dead is gone afterwards: this ends with a new one at the latest.
    while (response === undefined) response = await carry(call, open(), progress, stop);
    return {
      status: response.statusCode ?? 0,
      headers: singleHeaders(response.headers),
      ...(await readBody(response)),
    };
  } catch (error) {
    const { sent, stopped, received } = progress;
    // Of a head that Node refuses, or that broke off, the status line stands: the endpoint has acted by it.
    const status = sent ? statusOf(received) : undefined;
    if (status !== undefined) return { status, headers: {}, body: '', truncated: true };
    throw new TransportFailed(stopped ?? reasonOf(error), { sent, timedOut: stopped !== undefined });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

interface Progress {
  /** A connection stands, so bytes of the request may have left. */
  sent: boolean;
  /** Why we ended the call ourselves. */
  stopped?: string;
  /** Ends what is under way. */
  end?: () => void;
  /** What came on the last connection, until Node had the head of a response. */
  received: Received;
}

/** Resolves with nothing when a kept connection was dead before the request was written to it. */
function carry(
  { body, connectTimeoutMs }: HttpRequest,
  request: ClientRequest,
  progress: Progress,
  stop: (reason: string) => void,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    let isKept = false;

    function fail(error: Error): void {
      if (isKept && !progress.sent && progress.stopped === undefined) resolve(undefined);
      else reject(error);
    }

    function write(): void {
      progress.sent = true;
      request.end(body);
    }

    progress.end = () => {
      request.destroy();
      fail(new Error('the call was ended'));
    };
    // Kept for good: Node may report a connection's error once more while the response is being read.
    request.on('error', fail);
    // Node closes a request that was answered by a switch of protocols (101) without any other word.
    request.once('close', () => fail(new Error('the connection closed without a response')));
    request.once('response', (response) => {
      progress.end = () => response.destroy();
      if (progress.sent) resolve(response);
      // Nobody had asked anything.
      else request.destroy();
    });
    request.once('socket', (socket: ClientSocket) => {
      // `reusedSocket` does not tell: Node leaves it unset for a request that waited for another one's connection.
      isKept = !socket.connecting;
      progress.received = collectHead(socket, request);
      if (isKept) whenKnown(socket, progress.received, (isAlive) => (isAlive ? write() : request.destroy()));
      else whenConnected(socket, connectTimeoutMs, write, stop);
    });
  });
}

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string') single[name] = value;
  }
  return single;
}

/** Text and code alone. An AggregateError (more than one address was attempted) has no text of its own. */
function reasonOf(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: readonly Error[]; code?: string };
  return message || errors?.map((each) => each.message).join(', ') || code || 'the connection failed';
}
