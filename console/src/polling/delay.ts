export interface PollState {
  /** Between two looks while all is well, in ms. */
  readonly everyMs: number;
  /** In a row. */
  readonly failures: number;
  /** Whether the page is in the background. */
  readonly isHidden: boolean;
}

const OWN_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Ms between two looks: a person at their own machine waits for each change; a deployed service is asked more rarely. */
export function usualDelay(hostname: string): number {
  return OWN_MACHINE.test(hostname) ? 2000 : 10_000;
}

const LONGEST_MS = 60_000;
const HIDDEN_TIMES = 10;

/** Ms until the next look: later in the background, and later after each failure. */
export function pollDelay({ everyMs, failures, isHidden }: PollState): number {
  const usual = isHidden ? everyMs * HIDDEN_TIMES : everyMs;
  return Math.max(usual, Math.min(everyMs * 2 ** failures, LONGEST_MS));
}
