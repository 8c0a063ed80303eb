import type { Random } from '../../../core/ports.ts';

/** DynamoDB refused a call, or the server before it did. Named by DynamoDB's own word for it. */
export class DynamoRefused extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

// The SDK's own rules and numbers (its standard mode, as it has them for DynamoDB).
const THROTTLING = [
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
];
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
const KINDS = {
  throttled: { firstPauseMs: 1000, cost: 5 },
  passing: { firstPauseMs: 25, cost: 14 },
} as const;
const LONGEST_PAUSE_MS = 20_000;
/** What repeats cost is taken from here and comes back with successes: a table that is away is not called for nothing. */
const FULL_BUDGET = 500;

/** Why a call may succeed when it is repeated; undefined when it will not. */
export function kindOf(error: unknown): keyof typeof KINDS | undefined {
  const { name, message, status, code } = error as Partial<DynamoRefused> & { readonly code?: string };
  if (status === 429 || THROTTLING.includes(name ?? '')) return 'throttled';
  // The function was frozen between the signature and the call.
  const isLate = name === 'InvalidSignatureException' && message?.includes('Signature expired') === true;
  const isPassing = isLate || name === 'TimeoutError' || PASSING_STATUSES.includes(status ?? 0);
  return isPassing || NETWORK.includes(code ?? '') ? 'passing' : undefined;
}

/** Decides over the repeats of one client's calls. */
export function createRepeats(maxAttempts: number, random: Random) {
  let budget = FULL_BUDGET;
  return {
    /** Ms until the call is to be made again, and what that costs; undefined when it has failed for good. */
    after(error: unknown, attempt: number): { readonly pauseMs: number; readonly cost: number } | undefined {
      const kind = kindOf(error);
      if (kind === undefined || attempt >= maxAttempts || budget < KINDS[kind].cost) return undefined;
      const { cost, firstPauseMs } = KINDS[kind];
      budget -= cost;
      const longest = Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** (attempt - 1));
      return { cost, pauseMs: Math.floor(random() * longest) };
    },
    /** @param cost of the repeat that succeeded; 1 for a call that needed none */
    succeeded(cost = 1): void {
      budget = Math.min(FULL_BUDGET, budget + cost);
    },
  };
}
