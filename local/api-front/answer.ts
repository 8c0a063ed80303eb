import * as z from 'zod';
import type { Answer } from '../lambda/execution-environment.ts';

/** An HTTP answer as it goes out. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const value = z.union([z.string(), z.number(), z.boolean()]);

const structuredSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), value).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * What an HTTP API makes of a function's answer, payload format 2.0: an object with `statusCode` is taken apart, any
 * other JSON is the body of a 200. A function that failed, or a response that cannot be taken apart, is a 500; one that
 * ran out of time a 503. Nothing of an error's text goes out.
 */
export function toHttpAnswer(answer: Answer): HttpResponse {
  if ('error' in answer) return ownAnswer(answer.error.errorType === 'Sandbox.Timedout' ? 503 : 500);
  const payload: unknown = JSON.parse(answer.payload);
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(answer.payload) };
  }
  const parsed = structuredSchema.safeParse(payload);
  if (!parsed.success) return ownAnswer(500);
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {}).map(([name, header]) => [name.toLowerCase(), String(header)]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...(cookies && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const OWN_MESSAGES = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** A response of the gateway itself. */
export function ownAnswer(status: keyof typeof OWN_MESSAGES): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message: OWN_MESSAGES[status] }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}
