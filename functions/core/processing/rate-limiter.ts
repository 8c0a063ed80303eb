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

/** A second and a little: calls that begin a second apart may arrive closer together, and be one too many there. */
const WINDOW_MS = 1020;

export function createRateLimiter({ clock, callsPerSecond }: RateLimiterParts): RateLimiter {
  /** When the last calls began or are to begin, oldest first; at most as many as fit the window. */
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
