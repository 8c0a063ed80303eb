import { quietMs, releasedAt } from './budget-policy.ts';
import type { PauseStatus } from './pause-status.ts';
import type { BudgetWindow, Count, Pause } from './ports.ts';

/** What a request waits for. */
export type WaitsFor = Pick<Pause, 'reason' | 'until'>;

/** How long a request is hidden, and what it waits for. */
export interface AccountWait {
  readonly ms: number;
  readonly waitsFor: WaitsFor;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** SQS hides a message for at most 12 h from its receive. */
const LONGEST_MS = 11 * 60 * MINUTE;
/** So that a request goes on soon after a person has resumed. */
const LONGEST_FOR_PERSON_MS = 15 * MINUTE;
/** While one call probes. */
const PROBING_MS = 30 * SECOND;
/** Longer than an invocation of a worker: by then it has given back what it did not use. */
const SETTLED_AFTER_MS = 70 * SECOND;
const UNSETTLED_MS = 30 * SECOND;
/** Requests that wait for the same moment come a little apart. */
const SPREAD_MS = 10 * SECOND;
/** In a very short window every wait is short. */
const SHORT_PART = 1 / 20;

const short = ({ start, end }: BudgetWindow, ms: number) => Math.min(ms, (end - start) * SHORT_PART);

/** A wait while the account is paused. @param window the current one @param random from 0 to 1 */
export function waitForPause(
  { kind, pause }: Extract<PauseStatus, { readonly pause: Pause }>,
  window: BudgetWindow,
  now: number,
  random: number,
): AccountWait {
  const { reason, until = Number.POSITIVE_INFINITY } = pause;
  const waitsFor = { reason, ...(pause.until !== undefined && { until: pause.until }) };
  if (kind === 'probing') return { ms: short(window, PROBING_MS), waitsFor };
  if (reason === 'person') return { ms: Math.min(LONGEST_FOR_PERSON_MS, until - now), waitsFor };
  return { ms: Math.min(LONGEST_MS, until - now + quietMs(window) + random * short(window, SPREAD_MS)), waitsFor };
}

/**
 * A wait for a window in which nothing is left. What the last workers had reserved may come back soon after that, so until then
 * a request is hidden for short. Bulk that has used up its share waits until it may take the rest.
 */
export function waitForWindow(
  window: BudgetWindow,
  { isUsedUp, exhaustedAt }: Pick<Count, 'exhaustedAt'> & { readonly isUsedUp: boolean },
  now: number,
  random: number,
): AccountWait {
  const released = releasedAt(window);
  const until = isUsedUp || now >= released ? window.end + quietMs(window) : released;
  const isUnsettled = isUsedUp && now - (exhaustedAt ?? now) < SETTLED_AFTER_MS;
  const ms = until - now + random * short(window, SPREAD_MS);
  const waitsFor = { reason: 'daily_limit', until: isUsedUp ? window.end : until } as const;
  return { ms: Math.min(ms, isUnsettled ? UNSETTLED_MS : LONGEST_MS), waitsFor };
}
