import type { ProcessError } from './errors.ts';
import {
  type Admission,
  admit,
  type Hold,
  type HoldReason,
  heldForMs,
  type Observation,
  OPEN,
  observe,
} from './hold.ts';
import type { Clock, Limits } from './ports.ts';

/** Where every call of a container passes: the hold, and the cap on calls a second. */
export interface Gate {
  /** Resolves when a call may begin; then one of the next two must be called. */
  enter(limits: Limits): Promise<Admission>;
  /** The call was made, and ended so: undefined when the endpoint took it. */
  leave(error?: ProcessError): void;
  /** No call was made after all. */
  withdraw(admission: Admission): void;
  /** Ms until a call may begin again. */
  heldForMs(): number;
}

export interface GateParts {
  readonly clock: Clock;
  /** Calls that may begin within any second. */
  readonly callsPerSecond: number;
  /** Told when a hold begins. */
  readonly onHold: (reason: HoldReason, ms: number) => void;
}

const SECOND_MS = 1000;

export function createGate({ clock, callsPerSecond, onHold }: GateParts): Gate {
  let hold: Hold = OPEN;
  /** When the last calls began or are to begin, oldest first; at most as many as fit a second. */
  const starts: number[] = [];

  function ask(): Admission {
    const asked = admit(hold, clock.now());
    hold = asked.hold;
    return asked.admission;
  }

  function learn(observation: Observation): void {
    const before = hold;
    hold = observe(hold, observation, clock.now());
    if (hold.kind === 'held' && before.kind !== 'held' && observation.kind !== 'not_probed') {
      onHold(hold.reason, heldForMs(hold, clock.now()));
    }
  }

  /** Takes the next free place; returns the ms until it comes. */
  function takePlace(): number {
    const now = clock.now();
    const oldest = starts.length < callsPerSecond ? undefined : starts.shift();
    const start = oldest === undefined ? now : Math.max(now, oldest + SECOND_MS);
    starts.push(start);
    return start - now;
  }

  return {
    async enter({ signal }) {
      const admission = ask();
      if (admission.kind === 'held') return admission;
      const ms = takePlace();
      if (ms > 0) await clock.sleep(ms, signal);
      // A hold may have begun meanwhile; a probe is not held by its own.
      const left = hold.kind === 'held' ? heldForMs(hold, clock.now()) : 0;
      return left > 0 ? { kind: 'held', ms: left } : admission;
    },
    leave: (error) => learn(observationOf(error)),
    withdraw: (admission) => {
      if (admission.kind === 'go' && admission.probe) learn({ kind: 'not_probed' });
    },
    heldForMs: () => heldForMs(hold, clock.now()),
  };
}

/** What the end of a call teaches about the endpoint. */
function observationOf(error: ProcessError | undefined): Observation {
  if (error === undefined) return { kind: 'answered' };
  if (error.accountFault) return { kind: 'account_fault' };
  if (error.reach !== 'refused') return { kind: 'unreachable' };
  const { status, retryAfterMs = 0 } = error.refusal ?? {};
  return status === 429 || retryAfterMs > 0 ? { kind: 'throttled', retryAfterMs } : { kind: 'answered' };
}
