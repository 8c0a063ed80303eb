import type { ProcessError } from '../errors.ts';
import type { FailureCode } from '../outcome/outcome.ts';

/**
 * - `final`: no retry can succeed
 * - `retry`: the endpoint did not act, and a retry may succeed
 * - `may_have_acted`: as `retry`, but each retry may start another enhancement
 * - `account_fault`: a person has to repair the account; the request waits, and no attempt counts
 */
export type Verdict = 'final' | 'retry' | 'may_have_acted' | 'account_fault';

export interface StatusRule {
  /** The statuses, or the first digit of all statuses without a rule above. */
  readonly statuses: readonly number[] | 3 | 4 | 5;
  readonly verdict: Verdict;
  /** The request's failure code when it is not retried, or no longer. */
  readonly endsAs: FailureCode;
  readonly means: string;
}

/**
 * Which responses of the endpoint are retried; the first rule that matches counts. `final` requires the vendor's JSON, see
 * `verdictOf`. The vendor documents 404, 422 and 401; the others follow HTTP and what gateways do.
 */
export const STATUS_RULES: readonly StatusRule[] = [
  { statuses: [401], verdict: 'account_fault', endsAs: 'expired', means: 'the API key is wrong or revoked' },
  { statuses: [402], verdict: 'account_fault', endsAs: 'expired', means: 'the account has to be paid first' },
  // The cause may be the key or the one image.
  { statuses: [403], verdict: 'retry', endsAs: 'refused', means: 'the API key may not process this image' },
  {
    statuses: [404],
    verdict: 'final',
    endsAs: 'not_found',
    means: 'the image does not exist, or it belongs to another account',
  },
  { statuses: [422], verdict: 'final', endsAs: 'invalid_preferences', means: 'the preferences are wrong' },
  { statuses: [429], verdict: 'retry', endsAs: 'gave_up', means: 'too many calls' },
  {
    statuses: [408, 409, 423, 425],
    verdict: 'retry',
    endsAs: 'gave_up',
    means: 'it could not accept the request now',
  },
  {
    statuses: [502, 504, 520, 524],
    verdict: 'may_have_acted',
    endsAs: 'gave_up',
    means: 'a gateway passed the request on and got no response, so the endpoint may have acted',
  },
  {
    statuses: 3,
    verdict: 'retry',
    endsAs: 'gave_up',
    means: 'a redirect, which is not followed because that would send the API key to another address',
  },
  { statuses: 4, verdict: 'final', endsAs: 'refused', means: 'it refused the request' },
  { statuses: 5, verdict: 'retry', endsAs: 'gave_up', means: 'it failed' },
];

const WITHOUT_RULE: StatusRule = {
  statuses: [],
  verdict: 'retry',
  endsAs: 'gave_up',
  means: 'a status that HTTP does not define',
};

export function ruleFor(status: number): StatusRule {
  const fits = ({ statuses }: StatusRule) =>
    typeof statuses === 'number' ? Math.floor(status / 100) === statuses : statuses.includes(status);
  return STATUS_RULES.find(fits) ?? WITHOUT_RULE;
}

/**
 * A `final` status without the vendor's JSON comes from a proxy, a load balancer or a maintenance page, not from the
 * application, and is retried.
 */
export function verdictOf(status: number, { hasVendorsForm }: { readonly hasVendorsForm: boolean }): Verdict {
  const { verdict } = ruleFor(status);
  return verdict === 'final' && !hasVendorsForm ? 'retry' : verdict;
}

/** The settings of {@link decideRetry}. */
export interface RetryPolicy {
  /** How long a request may spend on attempts and on the waits between them. */
  readonly retryForMs: number;
  readonly minAttempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** The longest `Retry-After` that is respected. */
  readonly longestRetryAfterMs: number;
  /** The first wait after a lost response; later ones are longer, because each retry may start another enhancement. */
  readonly lostResponseWaitMs: number;
  readonly maxLostResponseRetries: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The policy of a stage. @param settings what a stage may configure */
export function retryPolicy(settings: Pick<RetryPolicy, 'retryForMs' | 'lostResponseWaitMs'>): RetryPolicy {
  return {
    ...settings,
    minAttempts: 5,
    firstWaitMs: 2 * SECOND,
    longestWaitMs: 15 * MINUTE,
    longestRetryAfterMs: 60 * MINUTE,
    maxLostResponseRetries: 5,
  };
}

/** A request's attempts so far, including the one that just failed. */
export interface History {
  readonly attempts: number;
  readonly lostResponses: number;
  readonly retriedMs: number;
}

export type RetryDecision =
  | { readonly kind: 'final'; readonly code: FailureCode }
  | { readonly kind: 'wait'; readonly ms: number; readonly counts: boolean };

/** @param random from 0 to 1; spreads the waits of requests that failed together */
export function decideRetry(error: ProcessError, history: History, policy: RetryPolicy, random: number): RetryDecision {
  // The circuit breaker decides when these continue.
  if (error.accountFault || error.code === 'call_not_started') return { kind: 'wait', ms: 0, counts: false };
  const rule = ruleFor(error.refusal?.status ?? 0);
  if (!error.retryable) return { kind: 'final', code: rule.endsAs };
  const isLost = error.reach === 'may_have_acted';
  const isOld = history.attempts >= policy.minAttempts && history.retriedMs >= policy.retryForMs;
  if (isOld || (isLost && history.lostResponses > policy.maxLostResponseRetries)) {
    return { kind: 'final', code: rule.verdict === 'final' ? 'gave_up' : rule.endsAs };
  }
  const retryAfter = Math.min(error.refusal?.retryAfterMs ?? 0, policy.longestRetryAfterMs);
  const own = isLost
    ? lostResponseWaitMs(history.lostResponses, policy, random)
    : backoffMs(history.attempts, policy, random);
  return { kind: 'wait', ms: Math.max(own, retryAfter), counts: true };
}

/** Doubles with every attempt up to the longest wait; the upper half is random. */
export function backoffMs(attempts: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * Few retries are allowed after lost responses, so they are spread out: 30 s, 2 min, 8 min, 32 min, 2 h 8 min, but no wait is
 * longer than half of `retryForMs`. An outage of an hour uses four of the five. Random jitter adds at most a tenth.
 */
export function lostResponseWaitMs(lostResponses: number, policy: RetryPolicy, random: number): number {
  const first = policy.lostResponseWaitMs;
  const full = Math.min(first * 4 ** Math.max(0, lostResponses - 1), Math.max(first, policy.retryForMs / 2));
  return Math.round(full + (full / 10) * random);
}
