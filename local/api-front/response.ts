import * as z from 'zod';
import type { InvocationResult } from '../lambda/execution-environment.ts';

/** An HTTP response to send. */
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
 * Converts a function's result as an HTTP API does (payload format 2.0). An object with `statusCode` is a structured response,
 * and any other JSON is the body of a 200. A failed function or an invalid structured response gives a 500, and a timeout a
 * 503. The text of an error is never sent.
 */
export function toHttpResponse(result: InvocationResult): HttpResponse {
  if ('error' in result) return gatewayResponse(result.error.errorType === 'Sandbox.Timedout' ? 503 : 500);
  const payload: unknown = JSON.parse(result.payload);
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(result.payload) };
  }
  const parsed = structuredSchema.safeParse(payload);
  if (!parsed.success) return gatewayResponse(500);
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
export function gatewayResponse(status: keyof typeof OWN_MESSAGES): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message: OWN_MESSAGES[status] }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}
