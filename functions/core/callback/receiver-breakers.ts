import { admit, type CircuitState, CLOSED, type Observation, observe } from '../processing/circuit-breaker.ts';
import type { PostResult } from './delivery-policy.ts';

/**
 * A circuit breaker for each partner's receiver, of one container. Without it, a receiver that does not respond would take all time
 * from the others.
 */
export interface ReceiverBreakers {
  /** Ms until a call may begin; 0 for now. After 0, `observe` has to be called. */
  admit(partner: string, now: number): number;
  /** @param result undefined when no call was made */
  observe(partner: string, result: PostResult | undefined, now: number): void;
}

export function createReceiverBreakers(): ReceiverBreakers {
  const states = new Map<string, CircuitState>();
  const stateOf = (partner: string) => states.get(partner) ?? CLOSED;

  return {
    admit(partner, now) {
      const { state, admission } = admit(stateOf(partner), now);
      if (admission.kind === 'open') return admission.ms;
      if (state !== CLOSED) states.set(partner, state);
      return 0;
    },
    observe(partner, result, now) {
      const state = observe(stateOf(partner), observationOf(result), now);
      // Those of whom there is nothing to remember take no memory.
      if (state.kind === 'closed' && state.misses === 0) states.delete(partner);
      else states.set(partner, state);
    },
  };
}

const THROTTLES = [429, 503];

/** An error of the receiver concerns the one event, and the others may get through. */
function observationOf(result: PostResult | undefined): Observation {
  if (result === undefined) return { kind: 'not_probed' };
  if (result.kind === 'not_answered') return { kind: 'unreachable' };
  const { status, retryAfterMs } = result;
  return THROTTLES.includes(status) && retryAfterMs !== undefined
    ? { kind: 'throttled', retryAfterMs }
    : { kind: 'answered' };
}
