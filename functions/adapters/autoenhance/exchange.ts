import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type HttpRequest, type HttpResponse, TransportFailed } from './http-request.ts';
import { readBody } from './read-body.ts';
import { collectHead, type HeadCollector, statusOf } from './received-head.ts';
import { type ClientSocket, checkReused, whenConnected } from './writable-socket.ts';

const INVOCATION_ENDED = 'the invocation ended before a response came';

/**
 * Sends one request and reads its response.
 * @param open creates the request without sending it
 * @throws TransportFailed
 */
export async function exchange(call: HttpRequest, open: () => ClientRequest): Promise<HttpResponse> {
  const { signal, attemptTimeoutMs } = call;
  if (signal.aborted) throw new TransportFailed(INVOCATION_ENDED, { sent: false, timedOut: true });
  const progress: Progress = { sent: false };
  const stop = (reason: string) => {
    progress.stopped ??= reason;
    progress.end?.();
  };
  const onAbort = () => stop(INVOCATION_ENDED);
  const timer = setTimeout(() => stop(`timed out after ${attemptTimeoutMs} ms`), attemptTimeoutMs);
  signal.addEventListener('abort', onAbort);
  try {
    let response: IncomingMessage | undefined;
    // Each turn removes a dead connection from the pool. A new connection ends the loop at the latest.
    while (response === undefined) response = await sendOnce(call, open(), progress, stop);
    return {
      status: response.statusCode ?? 0,
      headers: singleHeaders(response.headers),
      ...(await readBody(response, call.maxResponseBytes, call.asBytes)),
    };
  } catch (error) {
    const { sent, stopped, head } = progress;
    // Even if Node refuses the head, or it breaks off, the status line says what the endpoint did.
    const status = sent && head !== undefined ? statusOf(head.received) : undefined;
    if (status !== undefined) return { status, headers: {}, body: '', truncated: true };
    throw new TransportFailed(stopped ?? reasonOf(error), { sent, timedOut: stopped !== undefined });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

interface Progress {
  /** There is a connection, so bytes of the request may have been sent. */
  sent: boolean;
  /** Why we ended the call ourselves. */
  stopped?: string;
  /** Ends the current request or response. */
  end?: () => void;
  /** What came on the last connection, until Node had the head of a response. */
  head?: HeadCollector;
}

/** Resolves with undefined when a reused connection was dead before the request was written. */
function sendOnce(
  { body, connectTimeoutMs, onSent }: HttpRequest,
  request: ClientRequest,
  progress: Progress,
  stop: (reason: string) => void,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    let isReused = false;

    function fail(error: Error): void {
      if (isReused && !progress.sent && progress.stopped === undefined) resolve(undefined);
      else reject(error);
    }

    function write(): void {
      progress.sent = true;
      request.end(body);
      onSent?.();
    }

    progress.end = () => {
      request.destroy();
      fail(new Error('the call was ended'));
    };
    // Never removed: Node may report a connection's error again while the response is being read.
    request.on('error', fail);
    // After a 101 (Switching Protocols) Node only closes the request.
    const onClose = () => {
      progress.head?.stop();
      fail(new Error('the connection closed without a response'));
    };
    request.on('close', onClose);
    request.on('response', (response) => {
      progress.head?.stop();
      progress.end = () => response.destroy();
      if (!progress.sent) {
        // A response before the request was written makes the connection useless.
        request.destroy();
        return;
      }
      // It closes after each response too, and an error costs its stack.
      request.off('close', onClose);
      resolve(response);
    });
    request.on('socket', (socket: ClientSocket) => {
      // Node does not set `reusedSocket` for a request that waited for another one's connection.
      isReused = !socket.connecting;
      const head = collectHead(socket);
      progress.head = head;
      if (isReused) checkReused(socket, head.received, (isAlive) => (isAlive ? write() : request.destroy()));
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

/** Message or code only. An AggregateError (more than one address was attempted) has no message of its own. */
function reasonOf(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: readonly Error[]; code?: string };
  return message || errors?.map((each) => each.message).join(', ') || code || 'the connection failed';
}
