import * as z from 'zod';
import { IDEMPOTENCY_KEY } from '../../../functions/reprocess-api/event.ts';
import { apiVersion, requestId, traceparent } from '../schemas/common.ts';
import { notAfter } from '../schemas/request-message.ts';

export interface Header {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly required?: true;
  readonly example?: string;
}

/** A header of a response, by a name for the code. */
export const ANSWER_HEADERS = {
  RequestId: { name: 'Reprocess-Request-Id', description: 'The request’s id.', schema: requestId },
  Warnings: {
    name: 'Reprocess-Warning',
    description: 'Texts for people: a list of quoted strings (RFC 9651). Characters outside ASCII appear as `?`.',
    schema: z.string().regex(/^"([^"\\]|\\.)*"(, "([^"\\]|\\.)*")*$/),
  },
  PreferenceApplied: {
    name: 'Preference-Applied',
    description: 'What was heeded of `Prefer` (RFC 7240).',
    schema: z.string().regex(/^(respond-async|wait=\d+)$/),
  },
  Location: {
    name: 'Location',
    description: 'Where the request can be read.',
    schema: z.string().regex(/^\/v3\/requests\/./),
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'Seconds after which it is worth asking again.',
    schema: z.string().regex(/^\d+$/),
  },
  CacheControl: { name: 'Cache-Control', description: 'Nothing is to be stored.', schema: z.literal('no-store') },
} as const satisfies Readonly<Record<string, Header & { readonly name: string }>>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** Headers of a call, by their names. */
export const CALL_HEADERS = {
  'Idempotency-Key': {
    description:
      'The same key with the same image and preferences is the same request for 14 days: it is carried out once, and every repeat gets its response. With another image or other preferences it is refused. Send one whenever you would repeat a call that failed.',
    schema: z.string().regex(IDEMPOTENCY_KEY),
    example: 'order-1043',
  },
  Prefer: {
    description:
      '`wait=N`: wait up to N seconds for the outcome, 20 at most; without the header 10, or what the partner’s entry says. `respond-async`: do not wait. Other preferences are ignored (RFC 7240).',
    schema: z.string(),
    example: 'respond-async',
  },
  'Reprocess-Not-After': {
    description:
      'Once this time has passed, a request that was not sent yet ends as `expired`. A repeat under the same `Idempotency-Key` keeps the time that was first given.',
    schema: notAfter,
    example: '2026-11-22T18:00:00+01:00',
  },
  'x-api-version': {
    description:
      'The version of Autoenhance’s API that the caller speaks. The request is sent under it, in place of the stage’s; it is part of what the request is.',
    schema: apiVersion,
    example: '2025-05-08',
  },
  traceparent: {
    description: 'The caller’s trace (W3C Trace Context); it goes on through the queue to the event.',
    schema: traceparent,
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
} as const satisfies Readonly<Record<string, Header>>;
