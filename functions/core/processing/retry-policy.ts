import type { ProcessError } from '../errors.ts';
import type { FailureCode } from '../outcome/outcome.ts';

/**
 * - `final`: no retry mends it
 * - `retry`: it did not act, and may succeed later
 * - `may_have_acted`: as `retry`, but each retry may start an enhancement again
 * - `account_fault`: a person has to mend the account; the request waits, and no attempt counts
 */
export type Verdict = 'final' | 'retry' | 'may_have_acted' | 'account_fault';

export interface StatusRule {
  /** The statuses it is for, or the first digit of all that no rule above names. */
  readonly statuses: readonly number[] | 3 | 4 | 5;
  readonly verdict: Verdict;
  /** What the request ends as when it is not, or no longer, retried. */
  readonly endsAs: FailureCode;
  readonly means: string;
}

/**
 * Which responses of the endpoint are retried: the first rule that fits. `final` takes the vendor's own JSON, see
 * `verdictOf`. 404, 422 and 401 are documented by the vendor; the others are what HTTP says, or what gateways do.
 */
export const STATUS_RULES: readonly StatusRule[] = [
  { statuses: [401], verdict: 'account_fault', endsAs: 'refused', means: 'the API key is wrong or revoked' },
  { statuses: [402], verdict: 'account_fault', endsAs: 'refused', means: 'the account has to be paid first' },
  // It may concern the key as much as the one image.
  { statuses: [403], verdict: 'retry', endsAs: 'refused', means: 'the API key may not process this image' },
  {
    statuses: [404],
    verdict: 'final',
    endsAs: 'not_found',
    means: 'it knows no such image, or the image belongs to another account',
  },
  { statuses: [422], verdict: 'final', endsAs: 'invalid_preferences', means: 'the preferences are wrong' },
  { statuses: [429], verdict: 'retry', endsAs: 'gave_up', means: 'too many calls' },
  {
    statuses: [408, 409, 423, 425],
    verdict: 'retry',
    endsAs: 'gave_up',
    means: 'it could not take the request just now',
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
    means: 'a redirect, which is not followed since the API key would travel with it',
  },
  { statuses: 4, verdict: 'final', endsAs: 'refused', means: 'it refused the request' },
  { statuses: 5, verdict: 'retry', endsAs: 'gave_up', means: 'it failed' },
];

const FAILED: StatusRule = {
  statuses: [],
  verdict: 'retry',
  endsAs: 'gave_up',
  means: 'a status that HTTP does not know',
};

export function ruleFor(status: number): StatusRule {
  const fits = ({ statuses }: StatusRule) =>
    typeof statuses === 'number' ? Math.floor(status / 100) === statuses : statuses.includes(status);
  return STATUS_RULES.find(fits) ?? FAILED;
}

/**
 * A `final` status without the vendor's JSON comes from a proxy, a load balancer or a maintenance page: it is no word of the
 * application's, and is retried.
 */
export function verdictOf(status: number, { hasVendorsForm }: { readonly hasVendorsForm: boolean }): Verdict {
  const { verdict } = ruleFor(status);
  return verdict === 'final' && !hasVendorsForm ? 'retry' : verdict;
}

/** The figures of {@link decideRetry}, all in ms but the counts. */
export interface RetryPolicy {
  /** How long a request may spend on attempts and on its own waits between them. */
  readonly retryForMs: number;
  readonly minAttempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A `Retry-After` beyond this is cut to it. */
  readonly longestRetryAfterMs: number;
  /** The shortest wait after a lost response, since each retry may start an enhancement again; every next one is longer. */
  readonly lostResponseWaitMs: number;
  readonly maxLostResponseRetries: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The policy of a stage, with what stages may set. */
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

/** A request's past as the ledger tells it, the attempt that just failed included. */
export interface History {
  readonly attempts: number;
  readonly lostResponses: number;
  readonly retriedMs: number;
}

export type RetryDecision =
  | { readonly kind: 'final'; readonly code: FailureCode }
  | { readonly kind: 'wait'; readonly ms: number; readonly counts: boolean };

/** @param random from 0 to 1, spreads the waits of requests that failed together */
export function decideRetry(error: ProcessError, history: History, policy: RetryPolicy, random: number): RetryDecision {
  // The circuit breaker decides when these go on.
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

/** Doubles with every attempt up to the longest wait; the upper half of it is chance. */
export function backoffMs(attempts: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * Few retries are allowed after lost responses, so they are spread: 30 s, 2 min, 8 min, 32 min, 2 h 8 min, none longer than half
 * of the time that a request is retried for. An outage of an hour uses up four of five. Chance adds a tenth at most.
 */
export function lostResponseWaitMs(lostResponses: number, policy: RetryPolicy, random: number): number {
  const first = policy.lostResponseWaitMs;
  const full = Math.min(first * 4 ** Math.max(0, lostResponses - 1), Math.max(first, policy.retryForMs / 2));
  return Math.round(full + (full / 10) * random);
}
