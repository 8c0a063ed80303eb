import type { ProcessError } from '../errors.ts';
import type { Clock, Limits } from '../ports.ts';
import {
  type Admission,
  admit,
  CLOSED,
  type Observation,
  type OpenReason,
  observe,
  openForMs,
} from './circuit-breaker.ts';
import { createRateLimiter } from './rate-limiter.ts';

/** What every call of a container needs: the circuit breaker and the rate limiter both let it begin. */
export interface CallPermits {
  /** Resolves when a call may begin, or at once while none may. */
  acquire(
    limits: Limits,
  ): Promise<
    { readonly kind: 'granted'; readonly permit: CallPermit } | { readonly kind: 'open'; readonly ms: number }
  >;
  /** Ms until a call may begin again. */
  openForMs(): number;
}

/** The right to one call. */
export interface CallPermit {
  /** The call was made and ended; without an error the endpoint took it. */
  complete(error?: ProcessError): void;
  /** No call was made. Does nothing after `complete`. */
  release(): void;
}

export interface CallPermitsParts {
  readonly clock: Clock;
  /** Calls that may begin within any second. */
  readonly callsPerSecond: number;
  /** Called when the circuit breaker opens. */
  readonly onOpen: (reason: OpenReason, ms: number) => void;
}

export function createCallPermits({ clock, callsPerSecond, onOpen }: CallPermitsParts): CallPermits {
  const rateLimiter = createRateLimiter({ clock, callsPerSecond });
  let circuit = CLOSED;

  function ask(): Admission {
    const { state, admission } = admit(circuit, clock.now());
    circuit = state;
    return admission;
  }

  function learn(observation: Observation): void {
    const before = circuit;
    circuit = observe(circuit, observation, clock.now());
    if (circuit.kind === 'open' && before.kind !== 'open' && observation.kind !== 'not_probed') {
      onOpen(circuit.reason, openForMs(circuit, clock.now()));
    }
  }

  function permitFor({ probe }: { readonly probe: boolean }): CallPermit {
    let isInUse = true;
    const end = (observation: Observation | undefined) => {
      if (isInUse && observation !== undefined) learn(observation);
      isInUse = false;
    };
    const release = () => end(probe ? { kind: 'not_probed' } : undefined);
    return {
      release,
      complete: (error) => (error?.code === 'call_not_started' ? release() : end(observationOf(error))),
    };
  }

  return {
    async acquire({ signal }) {
      const asked = ask();
      if (asked.kind === 'open') return asked;
      const ms = rateLimiter.reserve();
      if (ms === 0) return { kind: 'granted', permit: permitFor(asked) };
      await clock.sleep(ms, signal);
      // It may have opened, and even closed, meanwhile: only the probe need not ask again.
      const admission = asked.probe ? asked : ask();
      return admission.kind === 'open' ? admission : { kind: 'granted', permit: permitFor(admission) };
    },
    openForMs: () => openForMs(circuit, clock.now()),
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
