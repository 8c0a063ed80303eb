import { type Call, isDoubtful } from './calls.ts';
import { ACCOUNT_STATUSES, FIRST_OPEN, LONGEST_OPEN, MISSES } from './promised-numbers.ts';

/** A container's circuit breaker, as docs/reliability.md has it, seen from its calls. It may be open for other reasons too. */
export interface BreakerView {
  /**
   * A call begins.
   * @param permittedAt epoch ms at which it was surely not permitted yet
   * @returns what is wrong with that
   */
  begin(call: Call, at: number, permittedAt: number): string | undefined;
  /** A call has come back. */
  end(call: Call, at: number): void;
}

/** After so long a probe without a result has crashed with its invocation. */
const PROBE_FOR = 30_000;

export function createBreakerView(): BreakerView {
  let misses = 0;
  let isClosed = true;
  let openedAt = 0;
  let openUntil = 0;
  let length = 0;
  let probe: { readonly call: Call; readonly at: number } | undefined;

  function open(at: number, asked: number): void {
    // A response from before says nothing more, but for how long the endpoint wants to be left alone.
    if (!isClosed && probe === undefined) {
      openUntil = Math.max(openUntil, at + asked);
      return;
    }
    length = isClosed ? FIRST_OPEN : Math.min(LONGEST_OPEN, length * 2);
    isClosed = false;
    probe = undefined;
    openedAt = at;
    openUntil = at + Math.max(length, asked);
  }

  function close(): void {
    isClosed = true;
    probe = undefined;
    misses = 0;
  }

  return {
    begin(call, at, permittedAt) {
      const isSameAttempt = call.claim !== undefined && probe?.call.claim === call.claim;
      // It was refused with its key, and is made again at once with another one.
      if (isSameAttempt && probe !== undefined) probe = { ...probe, call };
      if (isClosed || isSameAttempt || permittedAt <= openedAt) return undefined;
      if (at < openUntil) return `the circuit breaker was open for ${openUntil - at} ms more`;
      if (probe !== undefined && at - probe.at < PROBE_FOR) return `beside the probe, call ${probe.call.number}`;
      probe = { call, at };
      return undefined;
    },
    end(call, at) {
      const { how, retryAfter = 0 } = call.end ?? {};
      // While it is half-open, the probe alone decides.
      if (!isClosed && at >= openUntil && probe?.call !== call) return;
      const asked = retryAfter * 1000;
      if (ACCOUNT_STATUSES.includes(how)) open(at, 0);
      else if (how === 429 || (how === 503 && asked > 0)) open(at, asked);
      else if (how === 'not_sent' || isDoubtful(call)) {
        misses += 1;
        if (!isClosed || misses >= MISSES) open(at, 0);
      } else if (isClosed || probe?.call === call) close();
    },
  };
}
