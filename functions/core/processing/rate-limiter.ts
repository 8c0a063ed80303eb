import type { Clock } from '../ports.ts';

export interface RateLimiter {
  /** Reserves the start of the next call. @returns ms until it may begin */
  reserve(): number;
}

export interface RateLimiterParts {
  readonly clock: Pick<Clock, 'now'>;
  /** Calls that may begin within any second. */
  readonly callsPerSecond: number;
}

/** A little more than a second: calls may arrive closer together than they began, and would exceed the endpoint's limit. */
const WINDOW_MS = 1020;

export function createRateLimiter({ clock, callsPerSecond }: RateLimiterParts): RateLimiter {
  /** Starts of the latest calls, past or reserved, oldest first; at most `callsPerSecond` of them. */
  const starts: number[] = [];

  return {
    reserve() {
      const now = clock.now();
      const oldest = starts.length < callsPerSecond ? undefined : starts.shift();
      const start = oldest === undefined ? now : Math.max(now, oldest + WINDOW_MS);
      starts.push(start);
      return start - now;
    },
  };
}
