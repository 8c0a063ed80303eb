import type { Clock } from '../ports.ts';

export interface RateLimiter {
  /** Reserves the next call. */
  reserve(): Reservation;
}

/** One call of a rate limiter. */
export interface Reservation {
  /** Ms until the call may begin. May become more while the call before it is late, so ask again after a wait. */
  waitMs(): number;
  /** Whether so much time went by since the call could begin that the calls behind it no longer wait for it. */
  isLate(): boolean;
  /** The call was sent now: from now on it counts from here, and no longer from when it was allowed to begin. */
  sent(): void;
}

export interface RateLimiterParts {
  readonly clock: Pick<Clock, 'now'>;
  /** Calls that may be sent within any second. */
  readonly callsPerSecond: number;
}

/** A little more than a second: calls may arrive closer together than they were sent, and would exceed the endpoint's limit. */
const WINDOW_MS = 1020;

/**
 * Every call follows the one that was reserved `callsPerSecond` calls before it, a window later. A call is sent some time after
 * its start: it is claimed first, and may need a connection. If starts were counted, late calls and punctual ones after them
 * would arrive within one second.
 */
export function createRateLimiter({ clock, callsPerSecond }: RateLimiterParts): RateLimiter {
  /** The latest calls, oldest first; at most `callsPerSecond` of them. */
  const latest: { at: number }[] = [];

  return {
    reserve() {
      const before = latest.length < callsPerSecond ? undefined : latest.shift();
      const waitMs = () => (before === undefined ? 0 : Math.max(0, before.at + WINDOW_MS - clock.now()));
      const call = { at: clock.now() + waitMs() };
      latest.push(call);
      return {
        waitMs,
        isLate: () => clock.now() - call.at >= WINDOW_MS,
        sent() {
          call.at = clock.now();
        },
      };
    },
  };
}
