/**
 * The circuit breaker of one container. It opens when the endpoint throttles, cannot be reached or refuses the account. While
 * it is open, no call begins. Then it is half-open: one call probes, and its result closes it or opens it again. A pure state
 * machine: every function returns the next state.
 */
export type CircuitState =
  /** `misses`: calls in a row that did not reach the endpoint, or came back without a response. */
  | { readonly kind: 'closed'; readonly misses: number }
  | { readonly kind: 'open'; readonly reason: OpenReason; readonly until: number; readonly lengthMs: number }
  | { readonly kind: 'half_open'; readonly reason: OpenReason; readonly since: number; readonly lengthMs: number };

export type OpenReason = 'throttled' | 'unreachable' | 'account_fault';

/** The result of a call, as far as it concerns the circuit breaker. */
export type Observation =
  | { readonly kind: 'answered' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'account_fault' }
  /** The probe's call was never made. */
  | { readonly kind: 'not_probed' };

/** `probe`: this call decides whether the circuit breaker closes. */
export type Admission =
  | { readonly kind: 'allowed'; readonly probe: boolean }
  | { readonly kind: 'open'; readonly ms: number };

const FIRST_MS = 5000;
/** Of doubling. The endpoint may ask for longer, which concerns this container alone: a request waits no longer for it. */
export const LONGEST_OPEN_MS = 60_000;
/** Misses in a row that open it. */
const MISSES = 3;
/** Longer than two calls and two reads of the key may take: a probe without a result by then crashed with its invocation. */
const PROBE_FOR_MS = 30_000;

export const CLOSED: CircuitState = { kind: 'closed', misses: 0 };

/** Whether a call may begin. After the open time, the first call is allowed and becomes the probe. */
export function admit(
  state: CircuitState,
  now: number,
): { readonly state: CircuitState; readonly admission: Admission } {
  const left = openForMs(state, now);
  if (left > 0) return { state, admission: { kind: 'open', ms: left } };
  if (state.kind === 'closed') return { state, admission: { kind: 'allowed', probe: false } };
  const { reason, lengthMs } = state;
  return { state: { kind: 'half_open', reason, since: now, lengthMs }, admission: { kind: 'allowed', probe: true } };
}

/** Ms until a call may begin; 0 for now. While a probe runs, a time in which most probes end. */
export function openForMs(state: CircuitState, now: number): number {
  if (state.kind === 'closed') return 0;
  if (state.kind === 'open') return Math.max(0, state.until - now);
  return now - state.since < PROBE_FOR_MS ? FIRST_MS : 0;
}

export function observe(state: CircuitState, observation: Observation, now: number): CircuitState {
  switch (observation.kind) {
    case 'answered':
      return state.kind === 'open' ? state : CLOSED;
    case 'not_probed':
      // The next call becomes the probe.
      return state.kind === 'half_open' ? { ...state, kind: 'open', until: now } : state;
    case 'throttled':
      return open(state, 'throttled', observation.retryAfterMs, now);
    case 'account_fault':
      return open(state, 'account_fault', 0, now);
    case 'unreachable':
      if (state.kind === 'closed' && state.misses + 1 < MISSES) return { kind: 'closed', misses: state.misses + 1 };
      return open(state, 'unreachable', 0, now);
  }
}

// Calls that were running when it opened may extend the open time to the endpoint's Retry-After. Only a failed probe doubles
// it.
function open(state: CircuitState, reason: OpenReason, retryAfterMs: number, now: number): CircuitState {
  if (state.kind === 'open') return { ...state, until: Math.max(state.until, now + retryAfterMs) };
  const lengthMs = state.kind === 'half_open' ? Math.min(LONGEST_OPEN_MS, state.lengthMs * 2) : FIRST_MS;
  return { kind: 'open', reason, until: now + Math.max(lengthMs, retryAfterMs), lengthMs };
}
