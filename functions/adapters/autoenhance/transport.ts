import { isAscii } from 'node:buffer';
import type { Clock } from '../../core/ports.ts';
import { type Answer, CallFailed } from '../../http/call.ts';
import { createHttpClient, type HttpClient } from '../../http/client.ts';
import {
  type CallLimits,
  type HttpRequest,
  type HttpResponse,
  type Transport,
  TransportFailed,
} from './http-request.ts';

// A batch bounds the calls that run side by side; this only keeps a mistake from opening connections without end.
const MAX_CONNECTIONS = 64;
// Longer than the pauses within a batch, shorter than what load balancers keep an idle connection for. Lambda freezes the
// process between invocations, and the other side closes its idle connections meanwhile. A request that is written to such a
// connection is lost without our knowing whether it was read: a new one costs less than that doubt.
const MAX_IDLE_MS = 20_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** HTTP and HTTPS with connections that are kept. Follows no redirect, and stops reading a response after 256 KiB. */
export function createHttpsTransport({ clock }: { readonly clock: Pick<Clock, 'now'> }): Transport {
  /** By scheme and host; a service has one. */
  const clients = new Map<string, HttpClient>();

  function clientOf(origin: string): HttpClient {
    const known = clients.get(origin);
    if (known !== undefined) return known;
    const client = createHttpClient({
      endpoint: origin,
      maxConnections: MAX_CONNECTIONS,
      maxIdleMs: MAX_IDLE_MS,
      clock,
    });
    clients.set(origin, client);
    return client;
  }

  const send = async ({
    method,
    url,
    headers,
    body,
    attemptTimeoutMs: timeoutMs,
    connectTimeoutMs,
    signal,
  }: HttpRequest): Promise<HttpResponse> => {
    const { origin, path } = partsOf(url);
    const limits = { timeoutMs, connectTimeoutMs, signal, maxBytes: MAX_ANSWER_BYTES };
    try {
      const request = { method, path, headers: Object.entries(headers).flat(), body };
      return decoded(await clientOf(origin).send(request, limits));
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      const message = error.name === 'AbortError' ? INVOCATION_ENDED : error.message;
      throw new TransportFailed(message, { sent: error.sent, timedOut: error.name !== 'ConnectionError' });
    }
  };

  return Object.assign(send, {
    open: async (url: string, { attemptTimeoutMs: timeoutMs, ...limits }: CallLimits) =>
      clientOf(partsOf(url).origin).open({ timeoutMs, ...limits }),
  });
}

const INVOCATION_ENDED = 'the invocation ended before a response came';

/** Without parsing the URL anew for every call. */
function partsOf(url: string) {
  const end = url.indexOf('/', url.indexOf('//') + 2);
  return end < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, end), path: url.slice(end) };
}

/**
 * The body as UTF-8; `truncated` tells that this is not all of it, because it was longer, because it broke off, or because it
 * is no UTF-8: with each wrong byte replaced by three it could outgrow every later limit.
 */
function decoded({ status, headers, body, isCut, broken }: Answer): HttpResponse {
  const isWhole = !isCut && broken === undefined;
  // Every call comes here, and TextDecoder has to be loaded first.
  if (isWhole && isAscii(body)) return { status, headers, body: body.toString('latin1'), truncated: false };
  try {
    // With `stream`, a last character that was cut in two is left out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: !isWhole });
    return { status, headers, body: text, truncated: !isWhole };
  } catch {
    return { status, headers, body: '', truncated: true };
  }
}
