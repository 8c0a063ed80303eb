import type { BudgetStatus, BudgetWindow, Count } from './ports.ts';
import { type LimitReset, windowAt } from './window.ts';

/** The account's limit as a stage has it. */
export interface BudgetSettings {
  /** Enhancements in a window; null: no limit. */
  readonly limit: number | null;
  readonly reset: LimitReset;
  /** The part of the limit that bulk leaves to single requests. */
  readonly interactiveShare: number;
}

/** Near the end of a window, what single requests did not use is lost unless bulk takes it: 2 h of a day. */
const RELEASED_PART = 1 / 12;
/** Clocks differ, and a call takes its time to arrive: no call begins so near to a reset. Less in a very short window. */
const QUIET_MS = 10_000;
const QUIET_PART = 1 / 20;

/** Epoch ms from which bulk may take the whole rest. */
export const releasedAt = ({ start, end }: BudgetWindow): number => end - (end - start) * RELEASED_PART;

/** How long before and after a reset no call begins. */
export const quietMs = ({ start, end }: BudgetWindow): number => Math.min(QUIET_MS, (end - start) * QUIET_PART);

/** How many calls of a window bulk may have taken by now. */
export function bulkLimit(limit: number, interactiveShare: number, window: BudgetWindow, now: number): number {
  return now >= releasedAt(window) ? limit : limit - Math.floor(limit * interactiveShare);
}

/** A settings' window for each moment. It is computed anew only when the last one is over. */
export function createWindows(reset: LimitReset): (now: number) => BudgetWindow {
  let known: BudgetWindow = { start: 0, end: 0 };
  return (now) => {
    if (now < known.start || now >= known.end) known = windowAt(reset, now);
    return known;
  };
}

export function statusOf(
  { used, usedByBulk, failed }: Count,
  window: BudgetWindow,
  limit: number | null,
  bulkMay: number,
): BudgetStatus {
  const left = limit === null ? Number.POSITIVE_INFINITY : Math.min(limit - used, bulkMay - usedByBulk);
  return { window, limit, used, usedByBulk, leftForBulk: Math.max(0, left), failed };
}
