/**
 * SQS counts every receive of a message, and moves it to the dead-letter queue after too many. Waiting alone must never do
 * that. So after its first receives a message comes at longer intervals: the queue's retention then ends before the receives
 * do.
 */
export interface ReceiveBudget {
  /** Receives after which a message is slowed down. */
  readonly freeReceives: number;
  /** The least that a slowed message waits. */
  readonly slowedWaitMs: number;
}

/**
 * The shortest wait of a group, given its messages' receive counts. The messages behind the head are received together with
 * it, so their counts matter too.
 */
export function leastWaitMs(receiveCounts: readonly number[], { freeReceives, slowedWaitMs }: ReceiveBudget): number {
  return receiveCounts.some((count) => count > freeReceives) ? slowedWaitMs : 0;
}
