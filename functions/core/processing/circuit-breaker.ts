/**
 * The hold: while the endpoint throttles, cannot be reached or refuses the account, a container begins no calls; when the
 * time is over one call goes first, and its result decides. A pure state machine: every function returns the next state.
 */
export type Hold =
  | { readonly kind: 'open'; readonly misses: number }
  | { readonly kind: 'held'; readonly reason: HoldReason; readonly until: number; readonly lengthMs: number }
  /** One call is under way that decides. */
  | { readonly kind: 'probing'; readonly reason: HoldReason; readonly since: number; readonly lengthMs: number };

export type HoldReason = 'throttled' | 'unreachable' | 'account_fault';

/** What a call taught. */
export type Observation =
  | { readonly kind: 'answered' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'account_fault' }
  /** The probe was not made after all. */
  | { readonly kind: 'not_probed' };

/** `probe`: this call decides whether the hold is over. */
export type Admission =
  | { readonly kind: 'go'; readonly probe: boolean }
  | { readonly kind: 'held'; readonly ms: number };

const FIRST_MS = 5000;
const LONGEST_MS = 60_000;
/** Calls in a row that found no endpoint before it counts as dead. */
const MISSES = 3;
/**
 * A probe of which nothing was heard for so long has died with its invocation: longer than two calls and two reads of the
 * key may take.
 */
const PROBE_FOR_MS = 30_000;

export const OPEN: Hold = { kind: 'open', misses: 0 };

/** Whether a call may begin. Of all that ask when a hold is over, one goes and becomes its probe. */
export function admit(hold: Hold, now: number): { readonly hold: Hold; readonly admission: Admission } {
  const left = heldForMs(hold, now);
  if (left > 0) return { hold, admission: { kind: 'held', ms: left } };
  if (hold.kind === 'open') return { hold, admission: { kind: 'go', probe: false } };
  const { reason, lengthMs } = hold;
  return { hold: { kind: 'probing', reason, since: now, lengthMs }, admission: { kind: 'go', probe: true } };
}

/** Ms until a call may begin; 0 when one may begin now. While a probe is under way, long enough for most to end. */
export function heldForMs(hold: Hold, now: number): number {
  if (hold.kind === 'open') return 0;
  if (hold.kind === 'held') return Math.max(0, hold.until - now);
  return now - hold.since < PROBE_FOR_MS ? FIRST_MS : 0;
}

export function observe(hold: Hold, observation: Observation, now: number): Hold {
  switch (observation.kind) {
    case 'answered':
      return hold.kind === 'held' ? hold : OPEN;
    case 'not_probed':
      // The next that asks goes in its place.
      return hold.kind === 'probing' ? { ...hold, kind: 'held', until: now } : hold;
    case 'throttled':
      return begin(hold, 'throttled', observation.retryAfterMs, now);
    case 'account_fault':
      return begin(hold, 'account_fault', 0, now);
    case 'unreachable':
      if (hold.kind === 'open' && hold.misses + 1 < MISSES) return { kind: 'open', misses: hold.misses + 1 };
      return begin(hold, 'unreachable', 0, now);
  }
}

// Calls that were under way when a hold began end in it: they may lengthen it to what the endpoint asks for, but only a
// probe that fails doubles it.
function begin(hold: Hold, reason: HoldReason, askedMs: number, now: number): Hold {
  if (hold.kind === 'held') return { ...hold, until: Math.max(hold.until, now + askedMs) };
  const lengthMs = hold.kind === 'probing' ? Math.min(LONGEST_MS, hold.lengthMs * 2) : FIRST_MS;
  return { kind: 'held', reason, until: now + Math.max(lengthMs, askedMs), lengthMs };
}
