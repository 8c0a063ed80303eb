/** An attempt that failed, and after which its request waited for another one. */
export interface FailedAttempt {
  /** Its number. The next attempt has the same one if this one does not count. */
  readonly attempt: number;
  /** Epoch ms at which it began. */
  readonly at: number;
  /** Why it failed: the code of a `ProcessError`. */
  readonly code: string;
  /** Of the endpoint's response, if there was one. */
  readonly status?: number;
  /** Epoch ms until which its request waited at least. */
  readonly nextAttemptAt: number;
}

/** A request that is retried for hours has dozens, and its item is paid for by its size. */
export const KEPT_ATTEMPTS = 10;

/** The last ones, the oldest first. */
export function withFailedAttempt(
  before: readonly FailedAttempt[] = [],
  failed: FailedAttempt,
): readonly FailedAttempt[] {
  return [...before, failed].slice(-KEPT_ATTEMPTS);
}
