import type { Pause, StoredPause } from './ports.ts';

export type PauseStatus =
  | { readonly kind: 'clear' }
  | { readonly kind: 'paused'; readonly pause: Pause }
  /** The pause is over, and one call may show whether the limit is in force no longer. */
  | { readonly kind: 'probe_due'; readonly pausedUntil: number }
  /** That call is under way, or its completion is awaited. */
  | { readonly kind: 'probing'; readonly pause: Pause };

/** The account's pause as the ledger has it, at a moment. A person's pause counts first. */
export function pauseStatus({ person, evidence, probe }: StoredPause, now: number): PauseStatus {
  if (person !== undefined && isBefore(now, person.until)) return { kind: 'paused', pause: personal(person) };
  if (evidence === undefined) return { kind: 'clear' };
  if (now < evidence.until) return { kind: 'paused', pause: { reason: 'daily_limit', ...evidence } };
  if (probe === undefined) return { kind: 'probe_due', pausedUntil: evidence.until };
  if (now < probe.until) return { kind: 'probing', pause: { ...evidence, ...PROBING, until: probe.until } };
  // The completion never came, so nothing speaks for the limit any more. A call that was not accepted says nothing.
  return probe.isSent ? { kind: 'clear' } : { kind: 'probe_due', pausedUntil: evidence.until };
}

const isBefore = (now: number, until = Number.POSITIVE_INFINITY) => now < until;
const personal = (person: NonNullable<StoredPause['person']>): Pause => ({ reason: 'person', ...person });
const PROBING = {
  reason: 'daily_limit',
  detail: 'after the daily limit was used up, one call shows whether it is available again',
} as const;
