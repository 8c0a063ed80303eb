/**
 * Every time a message comes again counts as one more receive, and SQS moves a message that has had too many to the dead
 * letters. Waiting must never take it there: after its first receives a message comes at longer intervals, so that the
 * queue's retention ends before its receives do.
 */
export interface ReceiveBudget {
  /** Receives after which a message is slowed down. */
  readonly freeReceives: number;
  /** The least that a slowed message waits. */
  readonly slowedWaitMs: number;
}

/**
 * The least that a group waits whose messages have been received so often. The head's wait holds for all behind it: they
 * come with it, and each coming counts for them too.
 */
export function leastWaitMs(receiveCounts: readonly number[], { freeReceives, slowedWaitMs }: ReceiveBudget): number {
  return receiveCounts.some((count) => count > freeReceives) ? slowedWaitMs : 0;
}
