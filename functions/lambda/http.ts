import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { withTimeout } from '../core/deadline.ts';
import { InvalidCursor } from '../core/errors.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from './bad-request.ts';

export type HttpResponse = APIGatewayProxyStructuredResultV2 & {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
};

/** Reserved for the response. Without it, a hanging step would end the function without telling the caller what to do. */
const RESERVE_MS = 1000;

/** Runs a call's work with a timeout that leaves time for the response. A hanging step then counts as failed. */
export function inTime<T>(
  context: Context,
  clock: Clock,
  signal: AbortSignal,
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const remainingMs = context.getRemainingTimeInMillis();
  return withTimeout(
    Math.max(0, remainingMs - RESERVE_MS),
    clock,
    { deadline: clock.now() + remainingMs, signal },
    work,
  );
}

/**
 * A handler that routes each call, {@link inTime}. What is wrong with the call itself becomes its response.
 * @param refuse the response to a call that is not valid
 */
export function createHttpHandler<Event>(
  clock: Clock,
  route: (event: Event, limits: Limits) => Promise<HttpResponse>,
  refuse = ({ status, message }: BadRequest) => problem(status, message),
) {
  return async (event: Event, context: Context, { signal }: { signal: AbortSignal }): Promise<HttpResponse> => {
    try {
      return await inTime(context, clock, signal, (limits) => route(event, limits));
    } catch (error) {
      if (error instanceof BadRequest) return refuse(error);
      if (error instanceof InvalidCursor) return problem(400, error.message);
      throw error;
    }
  };
}

interface BodyRefusal {
  readonly refusal: { readonly status: 400 | 413 | 415; readonly detail: string };
}

/** A body as it was sent, or why it is refused. `isDoubtful`: text in which wrong bytes were replaced on the way. */
export type ReadBytes = { readonly bytes: Buffer; readonly isDoubtful: boolean } | BodyRefusal;

/** A body as text, or why it is refused. */
export type ReadBody = { readonly text: string } | BodyRefusal;

/** A request's body; empty if there is none. @param advice for a body that is too long */
export function readBytes(event: APIGatewayProxyEventV2, maxBytes: number, advice = ''): ReadBytes {
  const { body, isBase64Encoded, headers } = event;
  const encoding = headers['content-encoding'] ?? '';
  if (!['', 'identity'].includes(encoding.trim().toLowerCase())) {
    const detail = `the body must not be compressed, got Content-Encoding ${shown(encoding)}: send it uncompressed`;
    return { refusal: { status: 415, detail } };
  }
  const bytes = bytesOf(event);
  if (bytes.length > maxBytes) {
    const detail = `the body must be at most ${maxBytes} bytes, got ${bytes.length}`;
    return { refusal: { status: 413, detail: `${detail}${advice}` } };
  }
  return { bytes, isDoubtful: !isBase64Encoded && !isAsSent(body ?? '', bytes.length, headers['content-length']) };
}

/** A request's body as it came; empty if there is none. */
export function bytesOf({ body, isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

/** A request's body; empty if there is none. It must be UTF-8, as JSON requires. */
export function readBody(event: APIGatewayProxyEventV2, maxBytes: number): ReadBody {
  const read = readBytes(event, maxBytes);
  if ('refusal' in read) return read;
  const text = read.isDoubtful ? undefined : decoded(read.bytes);
  return text === undefined ? { refusal: { status: 400, detail: NOT_UTF_8 } } : { text };
}

export const NOT_UTF_8 =
  'the body must be JSON in UTF-8 (whatever its Content-Type says), got other bytes: encode it as UTF-8, or write characters outside ASCII as \\u escapes';

const BOM_BYTES = 3;

/**
 * Whether a body arrived unchanged. An HTTP API passes on a body as Base64 unless its Content-Type says that it is text in UTF-8.
 * In such text, invalid bytes become U+FFFD or other characters, and the length changes. A byte order mark may be lost.
 */
function isAsSent(body: string, bytes: number, contentLength = ''): boolean {
  if (body.includes('\uFFFD') || !body.isWellFormed()) return false;
  const lost = /^\d+$/.test(contentLength) ? Number(contentLength) - bytes : 0;
  return lost === 0 || lost === BOM_BYTES;
}

/** Undefined when the bytes are not UTF-8. Replacing the wrong bytes would change the content. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function jsonResponse(statusCode: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return textResponse(statusCode, JSON.stringify(body), headers);
}

/** @param body JSON text */
export function textResponse(statusCode: number, body: string, headers: Record<string, string> = {}): HttpResponse {
  const always = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers: { ...always, ...headers }, body };
}

// The phrases of RFC 9110, 15. RFC 9457, 4.2.1 requires them when the type is about:blank.
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** @param known the routes that there are */
export function unknownRouteResponse(method: string, path: string, known: string): HttpResponse {
  return problem(404, `there is no ${method} ${path.slice(0, 200)}; there are ${known}`);
}

/** For Retry-After: whole seconds, at least one. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** An error of our own, as problem details (RFC 9457). @param more further members */
export function problem(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
  more: Readonly<Record<string, unknown>> = {},
): HttpResponse {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...more };
  return jsonResponse(status, body, { ...headers, 'content-type': 'application/problem+json' });
}
