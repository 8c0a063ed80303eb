import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { withTimeout } from '../core/deadline.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { shown } from '../core/request/preferences.ts';

export type HttpResponse = APIGatewayProxyStructuredResultV2 & {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
};

/** Kept for the response: without it a step that hangs would end the function, and its caller would not learn what to do. */
const ANSWER_MS = 1000;

/** Does a call's work in an invocation's time, but for what the response takes: a step that hangs ends as one that failed. */
export function inTime<T>(
  context: Context,
  clock: Clock,
  signal: AbortSignal,
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const remainingMs = context.getRemainingTimeInMillis();
  return withTimeout(
    Math.max(0, remainingMs - ANSWER_MS),
    clock,
    { deadline: clock.now() + remainingMs, signal },
    work,
  );
}

/** A body as text, or why it cannot be taken. */
export type ReadBody =
  | { readonly text: string }
  | { readonly refusal: { readonly status: 400 | 413 | 415; readonly detail: string } };

/** A request's body, which has to be UTF-8, as JSON has to be; empty where there is none. */
export function readBody({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2, maxBytes: number): ReadBody {
  const encoding = headers['content-encoding'] ?? '';
  if (!['', 'identity'].includes(encoding.trim().toLowerCase())) {
    const detail = `the body must not be compressed, got Content-Encoding ${shown(encoding)}: send it as it is`;
    return { refusal: { status: 415, detail } };
  }
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    const detail = `the body must be at most ${maxBytes} bytes, got ${bytes.length}`;
    return { refusal: { status: 413, detail } };
  }
  const isText = isBase64Encoded || isAsSent(body ?? '', bytes.length, headers['content-length']);
  const text = isText ? decoded(bytes) : undefined;
  return text === undefined ? { refusal: { status: 400, detail: NO_UTF_8 } } : { text };
}

export const NO_UTF_8 =
  'the body must be JSON in UTF-8, whatever its Content-Type says, and some of it is not: encode it as UTF-8, or write what is not ASCII as \\u escapes';

const BOM_BYTES = 3;

/**
 * Whether a body is what its caller sent. An HTTP API hands over as Base64 what does not say that it is text in UTF-8. Of text
 * it makes a string: what is no UTF-8 in it becomes U+FFFD, or other characters, so that it has another length than it came
 * with. A byte order mark may get lost on the way.
 */
function isAsSent(body: string, bytes: number, contentLength = ''): boolean {
  if (body.includes('\uFFFD') || !body.isWellFormed()) return false;
  const lost = /^\d+$/.test(contentLength) ? Number(contentLength) - bytes : 0;
  return lost === 0 || lost === BOM_BYTES;
}

/** Undefined where it is no UTF-8: read with characters in place of the wrong bytes it would say something else. */
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

/** A response whose body is JSON text already. */
export function textResponse(statusCode: number, body: string, headers: Record<string, string> = {}): HttpResponse {
  const always = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers: { ...always, ...headers }, body };
}

// HTTP's own phrases (RFC 9110, 15), as RFC 9457, 4.2.1 wants them where the type is about:blank.
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/**
 * An error of our own, as RFC 9457 has it.
 * @param more further members of the problem
 */
export function problem(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
  more: Readonly<Record<string, unknown>> = {},
): HttpResponse {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...more };
  return jsonResponse(status, body, { ...headers, 'content-type': 'application/problem+json' });
}
