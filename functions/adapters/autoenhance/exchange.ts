import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpAnswer, type HttpCall, TransportFailed } from './http-call.ts';
import { readBody } from './read-body.ts';

const INVOCATION_ENDED = 'the invocation ended before an answer came';

interface Exchange {
  readonly answer: HttpAnswer;
  /** The one that carried it. */
  readonly socket: Socket;
}

/** Sends one request and reads its answer. @throws TransportFailed */
export async function exchange(call: HttpCall, open: () => ClientRequest, maxAnswerBytes: number): Promise<Exchange> {
  if (call.signal.aborted) throw new TransportFailed(INVOCATION_ENDED, { sent: false, timedOut: true });
  const progress: Progress = { sent: false };
  const stop = (reason: string) => {
    progress.stopped ??= reason;
    (progress.response ?? progress.outgoing)?.destroy();
  };
  const endWithInvocation = () => stop(INVOCATION_ENDED);
  const timer = setTimeout(() => stop(`no answer within ${call.attemptTimeoutMs} ms`), call.attemptTimeoutMs);
  call.signal.addEventListener('abort', endWithInvocation, { once: true });
  try {
    progress.outgoing = open();
    watchConnection(progress, call.connectTimeoutMs, stop);
    return await send(call.body, progress, progress.outgoing, maxAnswerBytes);
  } catch (error) {
    throw new TransportFailed(progress.stopped ?? reasonOf(error), {
      sent: progress.sent,
      timedOut: progress.stopped !== undefined,
    });
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', endWithInvocation);
  }
}

interface Progress {
  outgoing?: ClientRequest;
  response?: IncomingMessage;
  /** A connection stands, so bytes of the request may have left. */
  sent: boolean;
  /** Why we ended the call ourselves. */
  stopped?: string;
}

async function send(body: string, progress: Progress, outgoing: ClientRequest, maxBytes: number): Promise<Exchange> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    // Kept for good, since Node may report a connection's error once more while the answer is being read.
    outgoing.on('error', reject);
    // Node closes a request that was answered by a switch of protocols (101) without any other word.
    outgoing.once('close', () => reject(new Error('the connection closed without an answer')));
  });
  outgoing.end(body);
  const response = await answered;
  progress.response = response;
  const { socket, statusCode: status = 0 } = response;
  return {
    socket,
    answer: { status, headers: singleHeaders(response.headers), ...(await readBody(response, maxBytes)) },
  };
}

function watchConnection(progress: Progress, timeoutMs: number, stop: (reason: string) => void): void {
  progress.outgoing?.once('socket', (socket: Socket & { encrypted?: boolean }) => {
    // `reusedSocket` does not tell: Node leaves it unset for a request that waited for another one's socket.
    progress.sent = !socket.connecting;
    if (progress.sent) return;
    const timer = setTimeout(() => stop(`no connection within ${timeoutMs} ms`), timeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once(socket.encrypted === true ? 'secureConnect' : 'connect', () => {
      progress.sent = true;
      clearTimeout(timer);
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
