import type { ProcessError } from './errors.ts';
import type { FailureCode } from './outcome.ts';

/** The figures of {@link decideRetry}, all in ms but the counts. */
export interface RetryPolicy {
  /** How long a request may spend on attempts and on its own waits between them. */
  readonly retryForMs: number;
  readonly minAttempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A `Retry-After` beyond this is cut to it. */
  readonly longestRetryAfterMs: number;
  /** Repeats after a lost answer are kept this far apart, since each may start an enhancement again. */
  readonly lostAnswerWaitMs: number;
  readonly maxLostAnswerRepeats: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The policy of a stage, with what stages may set. */
export function retryPolicy(settings: Pick<RetryPolicy, 'retryForMs' | 'lostAnswerWaitMs'>): RetryPolicy {
  return {
    ...settings,
    minAttempts: 5,
    firstWaitMs: 2 * SECOND,
    longestWaitMs: 15 * MINUTE,
    longestRetryAfterMs: 60 * MINUTE,
    maxLostAnswerRepeats: 5,
  };
}

/** A request's past as the ledger tells it, the attempt that just failed included. */
export interface History {
  readonly attempts: number;
  readonly lostAnswers: number;
  readonly retriedMs: number;
}

export type RetryDecision =
  | { readonly kind: 'final'; readonly code: FailureCode }
  | { readonly kind: 'wait'; readonly ms: number; readonly counts: boolean };

/** @param random from 0 to 1, spreads the waits of requests that failed together */
export function decideRetry(error: ProcessError, history: History, policy: RetryPolicy, random: number): RetryDecision {
  // The hold decides when these go on.
  if (error.accountFault || error.code === 'call_not_started') return { kind: 'wait', ms: 0, counts: false };
  if (!error.retryable) return { kind: 'final', code: finalCode(error.refusal?.status) };
  const lost = error.reach === 'may_have_acted';
  if (lost && history.lostAnswers > policy.maxLostAnswerRepeats) return { kind: 'final', code: 'gave_up' };
  if (history.attempts >= policy.minAttempts && history.retriedMs >= policy.retryForMs) {
    return { kind: 'final', code: error.refusal?.status === 403 ? 'refused' : 'gave_up' };
  }
  const retryAfter = Math.min(error.refusal?.retryAfterMs ?? 0, policy.longestRetryAfterMs);
  const backoff = backoffMs(history.attempts, policy, random);
  return { kind: 'wait', ms: Math.max(backoff, retryAfter, lost ? policy.lostAnswerWaitMs : 0), counts: true };
}

/** Doubles with every attempt up to the longest wait; the upper half of it is chance. */
export function backoffMs(attempts: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

function finalCode(status: number | undefined): FailureCode {
  if (status === 404) return 'not_found';
  if (status === 422) return 'invalid_preferences';
  return 'refused';
}
