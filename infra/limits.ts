// Numbers that depend on each other, each derived from the one it follows. Those that differ between stages stand in
// stages.ts.

/** Seconds. New calls start in a batch's first 15 s only; the rest is for the calls under way and their outcomes. */
export const WORKER_TIMEOUT = 60;

/** Seconds. Lambda asks for six times the function's timeout, so that a batch it retries is not handed out twice meanwhile. */
export const VISIBILITY_TIMEOUT = 6 * WORKER_TIMEOUT;

/** The most that a FIFO queue hands to a function at once. A FIFO queue takes no batching window beside it. */
export const BATCH_SIZE = 10;

/**
 * SQS's largest. A request waits by becoming visible again, and each time counts as one more receive: only a message that
 * no worker can acknowledge may reach the dead letters, never one that waits for its time.
 */
export const MAX_RECEIVE_COUNT = 1000;

/** Seconds. An HTTP API gives up after 30 s, and the function has to answer before that. */
export const API_TIMEOUT = 29;

/** What the endpoint takes from one IP address before it answers 429; workers may share one. */
export const ENDPOINT_CALLS_PER_SECOND = 300;

/** Bytes. Holds the largest event that the worker publishes, and the largest message that a sender may queue. */
export const MAX_MESSAGE_SIZE = 1024 * 1024;
