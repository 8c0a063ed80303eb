import type { ProcessError } from '../errors.ts';
import type { Clock, Limits } from '../ports.ts';
import {
  type Admission,
  admit,
  type Hold,
  type HoldReason,
  heldForMs,
  type Observation,
  OPEN,
  observe,
} from './circuit-breaker.ts';

/** Where every call of a container passes: the hold, and the cap on calls a second. */
export interface Gate {
  /** Resolves when a call may begin, or at once when none may. */
  enter(
    limits: Limits,
  ): Promise<{ readonly kind: 'go'; readonly pass: Pass } | { readonly kind: 'held'; readonly ms: number }>;
  /** Ms until a call may begin again. */
  heldForMs(): number;
}

/** The right to one call. */
export interface Pass {
  /** The call was made, and ended so: undefined when the endpoint took it. */
  used(error?: ProcessError): void;
  /** No call was made; does nothing after `used`. */
  returned(): void;
}

export interface GateParts {
  readonly clock: Clock;
  /** Calls that may begin within any second. */
  readonly callsPerSecond: number;
  /** Told when a hold begins. */
  readonly onHold: (reason: HoldReason, ms: number) => void;
}

/** A second, and a little: calls that begin a second apart may arrive closer together, and be one too many there. */
const WINDOW_MS = 1020;

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
    const start = oldest === undefined ? now : Math.max(now, oldest + WINDOW_MS);
    starts.push(start);
    return start - now;
  }

  function passFor({ probe }: { readonly probe: boolean }): Pass {
    let isOpen = true;
    const close = (observation: Observation | undefined) => {
      if (isOpen && observation !== undefined) learn(observation);
      isOpen = false;
    };
    const returned = () => close(probe ? { kind: 'not_probed' } : undefined);
    return {
      returned,
      used: (error) => (error?.code === 'call_not_started' ? returned() : close(observationOf(error))),
    };
  }

  return {
    async enter({ signal }) {
      const asked = ask();
      if (asked.kind === 'held') return asked;
      const ms = takePlace();
      if (ms === 0) return { kind: 'go', pass: passFor(asked) };
      await clock.sleep(ms, signal);
      // A hold may have begun, and even ended, meanwhile: only the probe needs not ask again.
      const admission = asked.probe ? asked : ask();
      return admission.kind === 'held' ? admission : { kind: 'go', pass: passFor(admission) };
    },
    heldForMs: () => heldForMs(hold, clock.now()),
  };
}

/** What the end of a call teaches about the endpoint. */
function observationOf(error: ProcessError | undefined): Observation {
  if (error === undefined) return { kind: 'answered' };
  if (error.accountFault) return { kind: 'account_fault' };
  if (error.reach !== 'refused') return { kind: 'unreachable' };
  // With any other status Retry-After speaks of the one image, and only that waits for it.
  const { status, retryAfterMs = 0 } = error.refusal ?? {};
  const isThrottled = status === 429 || (status === 503 && retryAfterMs > 0);
  return isThrottled ? { kind: 'throttled', retryAfterMs } : { kind: 'answered' };
}
