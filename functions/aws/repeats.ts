import type { Refused } from './refused.ts';

// The SDK's own rules and numbers (its standard mode).
const THROTTLING = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];
const PASSING = ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException'];
const PASSING_STATUSES = [500, 502, 503, 504];
/** A connection that broke or never stood. */
const NETWORK = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
const COSTS = { throttled: 5, passing: 14 } as const;
const THROTTLED_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20_000;
/** What repeats cost is taken from here and comes back with successes: a table that is away is not called for nothing. */
const FULL_BUDGET = 500;

/** Why a call may succeed when it is repeated; undefined when it will not. */
export function kindOf(error: unknown): keyof typeof COSTS | undefined {
  const { name, message, status, code } = error as Partial<Refused> & { readonly code?: string };
  if (status === 429 || THROTTLING.includes(name ?? '')) return 'throttled';
  // The function was frozen between the signature and the call.
  const isLate = name === 'InvalidSignatureException' && message?.includes('Signature expired') === true;
  const isPassing = isLate || PASSING.includes(name ?? '') || PASSING_STATUSES.includes(status ?? 0);
  return isPassing || NETWORK.includes(code ?? '') ? 'passing' : undefined;
}

interface RepeatOptions {
  readonly maxAttempts: number;
  /** The longest pause before the first repeat of a call that was not throttled. */
  readonly firstPauseMs: number;
}

/** Decides over the repeats of one client's calls. */
export function createRepeats({ maxAttempts, firstPauseMs }: RepeatOptions, random: () => number) {
  let budget = FULL_BUDGET;
  return {
    /** Ms until the call is to be made again, and what that costs; undefined when it has failed for good. */
    after(error: unknown, attempt: number): { readonly pauseMs: number; readonly cost: number } | undefined {
      const kind = kindOf(error);
      if (kind === undefined || attempt >= maxAttempts || budget < COSTS[kind]) return undefined;
      budget -= COSTS[kind];
      const first = kind === 'throttled' ? THROTTLED_PAUSE_MS : firstPauseMs;
      const longest = Math.min(LONGEST_PAUSE_MS, first * 2 ** (attempt - 1));
      return { cost: COSTS[kind], pauseMs: Math.floor(random() * longest) };
    },
    /** @param cost of the repeat that succeeded; 1 for a call that needed none */
    succeeded(cost = 1): void {
      budget = Math.min(FULL_BUDGET, budget + cost);
    },
  };
}
