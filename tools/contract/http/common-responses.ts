import type * as z from 'zod';
import { anyRefusal, gatewayMessage, problem, refusal } from '../schemas/responses.ts';
import type { ResponseSpec } from './operation.ts';

export const always = { CacheControl: 'optional' } as const;
export const taken = { ...always, RequestId: 'required', Warnings: 'optional', PreferenceApplied: 'optional' } as const;
export const perhapsTaken = { ...taken, RequestId: 'optional' } as const;

/** An error of the endpoint, or of this service in the same form. */
export const refused = (description: string, ...examples: readonly string[]): ResponseSpec => ({
  description,
  headers: perhapsTaken,
  json: { schema: anyRefusal, examples },
});
/** An error in the form of a schema. */
export const problemOf =
  (schema: z.ZodType) =>
  (description: string, ...examples: readonly string[]): ResponseSpec => ({
    description,
    headers: always,
    problem: { schema, examples },
  });
export const ownProblem = problemOf(problem);

export const unauthorized: ResponseSpec = {
  description: 'The key is wrong or missing, or the session has ended.',
  headers: always,
  json: { schema: refusal, examples: ['refusal 401'] },
};
export const throttled: ResponseSpec = {
  description:
    'The partner’s limit is used up: of calls, or of batches a day. Or too many calls over all partners, which API Gateway refuses in a form of its own. Nothing was done.',
  headers: { ...always, RetryAfter: 'optional', RateLimitPolicy: 'optional', RateLimit: 'optional' },
  problem: { schema: problem, examples: ['problem 429'] },
  json: { schema: gatewayMessage },
};
export const failed: ResponseSpec = {
  description: 'This service failed.',
  headers: always,
  problem: { schema: problem },
  json: { schema: gatewayMessage },
};
export const unavailable: ResponseSpec = {
  description:
    'A part of AWS is unavailable. Make the same call again. To submit a request, use the same `Idempotency-Key`, so that it is processed only once.',
  headers: { ...always, RetryAfter: 'optional' },
  problem: { schema: problem, examples: ['problem 503'] },
  json: { schema: gatewayMessage },
};

/** The caller of a read has the body already. */
export const notModified: ResponseSpec = {
  description: 'Nothing has changed since the response with the `ETag` in `If-None-Match`.',
  headers: { ...always, ETag: 'required' },
};
export const noChangeBySession: ResponseSpec = {
  description:
    'The call has the console’s session instead of a key, and lacks the header `x-reprocess-console: 1`, or the console is read-only.',
  headers: always,
  problem: { schema: problem },
};

/** Of what only operators may see or do. */
export const forOperators = ownProblem('The key has not the role `operator`, or a session may not change it.');

/** A key, or the session that the console has begun with one. */
export const PARTNER = ['partnerKey', 'consoleSession'];
