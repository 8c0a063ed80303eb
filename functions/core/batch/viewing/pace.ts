import type { BudgetStatus } from '../../budget/ports.ts';
import { type PaceNumbers, paceSentence } from './pace-sentence.ts';

/** How long the requests of a batch take, as far as the account's daily limit and the calls a second allow. */
export interface Pace extends PaceNumbers {
  /** `3,000 images, 320 of today's 500 left for batches: finished in about 6 days, on Friday` */
  readonly sentence: string;
  /** Why this is too long, and what to do; absent when it is not. */
  readonly refusal?: string;
}

export interface PaceFacts {
  /** What is to be sent. */
  readonly requests: number;
  /** Whether an image comes more than once. */
  readonly hasRepeats: boolean;
  /** Of the current window. The next ones are taken to be as long. */
  readonly budget: BudgetStatus;
  /** What batches may take of a window in which nothing is used yet; Infinity without a limit. */
  readonly bulkPerWindow: number;
  /** The most calls a second that the workers make. */
  readonly callsPerSecond: number;
  /** Epoch ms. */
  readonly now: number;
  /** How many days the bucket keeps a request file. */
  readonly keptForDays: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** How long the ledger keeps a line, which the results name. */
const LINES_KEPT_DAYS = 180;
/** However long its file is kept. */
export const LONGEST_BATCH_DAYS = 100;
/**
 * A batch may take so much of the time that its file is kept. The rest is for lines that are sent again, for a limit that
 * becomes lower, and for reading the results.
 */
const MOST_OF_KEPT = LONGEST_BATCH_DAYS / LINES_KEPT_DAYS;

export function paceOf(facts: PaceFacts): Pace {
  const { requests, hasRepeats, budget, now, keptForDays } = facts;
  const isLimited = budget.limit !== null;
  const expectedEnd = endOf(facts);
  const pace = {
    requests,
    limit: budget.limit,
    leftToday: isLimited ? Math.max(0, budget.leftForBulk) : null,
    days: expectedEnd === null ? null : Math.floor(expectedEnd / DAY_MS) - Math.floor(now / DAY_MS),
    expectedEnd,
  };
  const sentence = paceSentence(pace, { now, windowMs: budget.window.end - budget.window.start, hasRepeats });
  const daysOfFile = Math.floor(keptForDays * MOST_OF_KEPT);
  const mostDays = Math.min(daysOfFile, LONGEST_BATCH_DAYS);
  if (expectedEnd !== null && expectedEnd - now <= mostDays * DAY_MS) return { ...pace, sentence };
  const keeper =
    mostDays === daysOfFile ? `its file is kept for ${keptForDays}` : `its lines are kept for ${LINES_KEPT_DAYS}`;
  const rule = `a batch may take ${mostDays} days, since ${keeper}`;
  return { ...pace, sentence, refusal: `${sentence}; ${rule}: send fewer images, or have the daily limit raised` };
}

/** The limit, or the calls a second, decide over each window; the last one ends when its last request is sent. */
function endOf({ requests, budget, bulkPerWindow, callsPerSecond, now }: PaceFacts): number | null {
  const perMs = callsPerSecond / 1000;
  const { start, end } = budget.window;
  if (budget.limit === null) return Math.ceil(now + requests / perMs);
  const leftToday = Math.max(0, Math.floor(Math.min(budget.leftForBulk, (end - now) * perMs)));
  if (requests <= leftToday) return Math.ceil(now + requests / perMs);
  const perWindow = Math.floor(Math.min(bulkPerWindow, (end - start) * perMs));
  if (perWindow <= 0) return null;
  const later = requests - leftToday;
  const windows = Math.ceil(later / perWindow) - 1;
  return Math.ceil(end + windows * (end - start) + (later - windows * perWindow) / perMs);
}
