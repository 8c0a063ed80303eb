import type { ProcessError } from '../errors.ts';
import type { Clock, Limits } from '../ports.ts';
import {
  type Admission,
  admit,
  CLOSED,
  LONGEST_OPEN_MS,
  type Observation,
  type OpenReason,
  observe,
  openForMs,
} from './circuit-breaker.ts';
import { createRateLimiter, type Reservation } from './rate-limiter.ts';

/** Permits to call the endpoint. The circuit breaker and the rate limiter of a container both have to allow a call. */
export interface CallPermits {
  /** Resolves when a call may begin, or at once while the circuit breaker is open. */
  acquire(
    limits: Limits,
  ): Promise<
    { readonly kind: 'granted'; readonly permit: CallPermit } | { readonly kind: 'open'; readonly ms: number }
  >;
  /** Ms that a request waits for this container's circuit breaker, a minute at most; 0 while it is closed. */
  waitMs(): number;
}

/** Permission for one call. */
export interface CallPermit {
  /** To be awaited before the call: a permission that is a second old was overtaken by later calls, and waits for its turn again. */
  renewIfLate(limits: Limits): Promise<void>;
  /** The call was written to its connection just now. */
  sent(): void;
  /** The call has ended. @param error absent when the endpoint accepted the call */
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

  function requestAdmission(): Admission {
    const { state, admission } = admit(circuit, clock.now());
    circuit = state;
    return admission.kind === 'open' ? { kind: 'open', ms: waitMs() } : admission;
  }

  /** Another container may be able to call sooner, so the endpoint's own `Retry-After` does not hold a request here. */
  const waitMs = () => Math.min(openForMs(circuit, clock.now()), LONGEST_OPEN_MS);

  function recordObservation(observation: Observation, isProbe: boolean): void {
    const before = circuit;
    // A call that began before it opened says nothing about the probe, which alone decides.
    if (before.kind === 'half_open' && !isProbe) return;
    circuit = observe(circuit, observation, clock.now());
    if (circuit.kind === 'open' && before.kind !== 'open' && observation.kind !== 'not_probed') {
      onOpen(circuit.reason, openForMs(circuit, clock.now()));
    }
  }

  async function untilAllowed({ waitMs }: Reservation, { signal }: Limits): Promise<void> {
    while (waitMs() > 0 && !signal.aborted) await clock.sleep(waitMs(), signal);
  }

  function permitFor({ probe }: { readonly probe: boolean }, first: Reservation): CallPermit {
    let reservation = first;
    let isInUse = true;
    const end = (observation: Observation | undefined) => {
      if (isInUse && observation !== undefined) recordObservation(observation, probe);
      isInUse = false;
    };
    const release = () => end(probe ? { kind: 'not_probed' } : undefined);
    return {
      async renewIfLate(limits) {
        if (!reservation.isLate()) return;
        reservation = rateLimiter.reserve();
        await untilAllowed(reservation, limits);
      },
      sent: () => reservation.sent(),
      release,
      complete: (error) => (error?.code === 'call_not_started' ? release() : end(observationOf(error))),
    };
  }

  return {
    async acquire(limits) {
      const first = requestAdmission();
      if (first.kind === 'open') return first;
      const reservation = rateLimiter.reserve();
      if (reservation.waitMs() === 0) return { kind: 'granted', permit: permitFor(first, reservation) };
      await untilAllowed(reservation, limits);
      // The circuit breaker may have opened during the sleep. The probe alone keeps its admission.
      const admission = first.probe ? first : requestAdmission();
      return admission.kind === 'open' ? admission : { kind: 'granted', permit: permitFor(admission, reservation) };
    },
    waitMs,
  };
}

/** What the end of a call shows about the endpoint. */
function observationOf(error: ProcessError | undefined): Observation {
  if (error === undefined) return { kind: 'answered' };
  if (error.accountFault) return { kind: 'account_fault' };
  if (error.reach !== 'refused') return { kind: 'unreachable' };
  // With any other status, Retry-After concerns this image alone.
  const { status, retryAfterMs = 0 } = error.refusal ?? {};
  const isThrottled = status === 429 || (status === 503 && retryAfterMs > 0);
  return isThrottled ? { kind: 'throttled', retryAfterMs } : { kind: 'answered' };
}
