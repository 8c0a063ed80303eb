import type { MiddlewareObj } from '@middy/core';
import { unlimited } from '../core/deadline.ts';
import type { LimitPolicy, LimitReached, PartnerLimiter } from '../core/partner-limits.ts';
import type { Clock } from '../core/ports.ts';
import { type HttpResponse, problem, wholeSeconds } from './http.ts';
import type { PartnerEvent } from './partner-authentication.ts';

export interface PartnerLimitsParts {
  readonly limiter: Pick<PartnerLimiter, 'admitCall'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Refuses a partner's call beyond its limits. Comes after the authentication, so that nobody unknown reaches the ledger.
 * @throws LimitReached
 */
export function partnerLimits({ limiter, clock }: PartnerLimitsParts): MiddlewareObj<PartnerEvent> {
  return {
    async before({ event: { partner }, context }) {
      if (partner === undefined) return;
      const deadline = clock.now() + context.getRemainingTimeInMillis();
      await limiter.admitCall(partner, { ...unlimited(), deadline });
    },
  };
}

/** 429, with the header fields of draft-ietf-httpapi-ratelimit-headers. */
export function limitResponse({ message, policy, retryAfterMs }: LimitReached): HttpResponse {
  const seconds = String(wholeSeconds(retryAfterMs));
  const detail = `${message}, and these are used up: make the same call again in ${seconds} s`;
  const fields = { 'retry-after': seconds, ...rateLimitFields(policy, seconds) };
  return problem(429, detail, fields, { code: 'limit_reached' });
}

function rateLimitFields({ name, quota, windowSeconds }: LimitPolicy, seconds: string) {
  return { 'ratelimit-policy': `"${name}";q=${quota};w=${windowSeconds}`, ratelimit: `"${name}";r=0;t=${seconds}` };
}
