import * as z from 'zod';
import { IDEMPOTENCY_KEY } from '../../../functions/lambda/call-headers.ts';
import { apiVersion, requestId, traceparent } from '../schemas/common.ts';
import { notAfter } from '../schemas/request-message.ts';

export interface Header {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly required?: true;
  readonly example?: string;
}

/** Headers of responses, by their name in the code. */
export const RESPONSE_HEADERS = {
  RequestId: { name: 'Reprocess-Request-Id', description: 'The request’s id.', schema: requestId },
  Warnings: {
    name: 'Reprocess-Warning',
    description: 'Texts for people: a list of quoted strings (RFC 9651). Characters outside ASCII appear as `?`.',
    schema: z.string().regex(/^"([^"\\]|\\.)*"(, "([^"\\]|\\.)*")*$/),
  },
  PreferenceApplied: {
    name: 'Preference-Applied',
    description: 'The part of `Prefer` that was applied (RFC 7240).',
    schema: z.string().regex(/^(respond-async|wait=\d+)$/),
  },
  Location: {
    name: 'Location',
    description: 'Where the request can be read.',
    schema: z.string().regex(/^\/v3\/requests\/./),
  },
  Batch: {
    name: 'Location',
    description: 'Where the batch can be read.',
    schema: z.string().regex(/^\/v3\/batches\/./),
  },
  File: {
    name: 'Location',
    description: 'Where the file can be read, without a key.',
    schema: z.string().regex(/^https?:\/\/./),
  },
  ContentDisposition: {
    name: 'Content-Disposition',
    description: 'What the file is called.',
    schema: z.string().regex(/^attachment; filename\*=UTF-8''./),
  },
  RateLimitPolicy: {
    name: 'RateLimit-Policy',
    description:
      'The limit that is used up: its name, how many, and in how many seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: z.string().regex(/^"(calls|batches)";q=\d+;w=\d+$/),
  },
  RateLimit: {
    name: 'RateLimit',
    description: 'What is left of the limit (`r`, none), and in how many seconds there is some again (`t`).',
    schema: z.string().regex(/^"(calls|batches)";r=0;t=\d+$/),
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'Seconds to wait before the next call.',
    schema: z.string().regex(/^\d+$/),
  },
  CacheControl: {
    name: 'Cache-Control',
    description:
      '`no-store`: must not be stored. `private, no-cache`: may be kept, and has to be asked for each time (see `ETag`). `private, max-age=60`: a picture.',
    schema: z.enum(['no-store', 'private, no-cache', 'private, max-age=60']),
  },
  ETag: {
    name: 'ETag',
    description: 'Stands for the body. Sent as `If-None-Match`, it is answered 304 while nothing has changed.',
    schema: z.string().regex(/^"[\w-]+"$/),
  },
} as const satisfies Readonly<Record<string, Header & { readonly name: string }>>;

export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** Of a call that reads. */
export const IF_NONE_MATCH: Readonly<Record<string, Header>> = {
  'If-None-Match': {
    description: 'The `ETag` of an earlier response.',
    schema: z.string(),
    example: '"47DEQpj8HBSa-_TImW-5JCeuQeR"',
  },
};

/** Headers of a call, by their names. */
export const CALL_HEADERS = {
  'Idempotency-Key': {
    description:
      'The same key with the same image and preferences is the same request for 14 days: it is processed once, and every call with that key gets its response. With another image or other preferences the key is refused. Send a key whenever you may retry a failed call.',
    schema: z.string().regex(IDEMPOTENCY_KEY),
    example: 'order-1043',
  },
  Prefer: {
    description:
      '`wait=N`: wait up to N seconds for the outcome, 20 at most; without the header 10, or the time set for the partner. `respond-async`: do not wait. Other preferences are ignored (RFC 7240).',
    schema: z.string(),
    example: 'respond-async',
  },
  'Reprocess-Not-After': {
    description:
      'A request that has not been sent when this time passes ends as `expired`. The first call with an `Idempotency-Key` sets the time; later calls do not change it.',
    schema: notAfter,
    example: '2026-11-22T18:00:00+01:00',
  },
  'x-api-version': {
    description:
      'The version of Autoenhance’s API to send the request with, instead of the stage’s. It is part of the request’s identity: another version under the same `Idempotency-Key` is refused.',
    schema: apiVersion,
    example: '2025-05-08',
  },
  traceparent: {
    description: 'The caller’s trace (W3C Trace Context). It is passed on to the queue and to the event.',
    schema: traceparent,
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
} as const satisfies Readonly<Record<string, Header>>;
