export interface PollState {
  /** Between two looks while all is well, in ms. */
  readonly everyMs: number;
  /** In a row. */
  readonly failures: number;
  /** Whether the page is in the background. */
  readonly isHidden: boolean;
}

const LONGEST_MS = 60_000;
const HIDDEN_TIMES = 10;

/** Ms until the next look: later in the background, and later after each failure. */
export function pollDelay({ everyMs, failures, isHidden }: PollState): number {
  const usual = isHidden ? everyMs * HIDDEN_TIMES : everyMs;
  return Math.max(usual, Math.min(everyMs * 2 ** failures, LONGEST_MS));
}
