import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { withTimeout } from '../core/deadline.ts';
import type { Clock, Limits } from '../core/ports.ts';

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

/** A call's body. */
export interface HttpBody {
  /** Undefined where it is no UTF-8, as JSON has to be: read with characters in place of the wrong bytes it would say more. */
  readonly text: string | undefined;
  readonly bytes: number;
}

/** An HTTP API hands over as Base64 whatever does not say that it is text. A byte order mark is left out (RFC 8259, 8.1). */
export function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): HttpBody {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return { text: textOf(bytes), bytes: bytes.length };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const NO_UTF_8 = 'the body must be JSON in UTF-8';

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
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
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
