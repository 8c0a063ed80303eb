// Numbers that depend on each other, each derived from the one it follows. Those that differ between stages are settings:
// stages.ts.

/** Seconds. New calls start in a batch's first 15 s only; the rest is for the calls under way and their outcomes. */
export const WORKER_TIMEOUT = 60;

/** Seconds. Lambda asks for six times the function's timeout, so that a batch it retries is not handed out twice meanwhile. */
export const visibilityTimeout = (functionTimeout: number): number => 6 * functionTimeout;

/** Seconds. After so long the worker gives up on the endpoint's response. */
export const ATTEMPT_TIMEOUT = 10;

/** Seconds. The worker's own waits between two attempts grow to this at most. */
export const LONGEST_RETRY_WAIT = 15 * 60;

/** The most that a FIFO queue hands to a function at once. A FIFO queue takes no batching window beside it. */
export const BATCH_SIZE = 10;

/** Seconds. It reads the ledger and calls nobody else. */
export const DEAD_LETTERS_TIMEOUT = 30;

/** Seconds. It begins nothing new after 15 s, and then waits for receivers for up to 15 s. */
export const CALLBACK_TIMEOUT = 60;

/** Receives after which a message is slowed down: a request that is retried for six hours comes some sixty times. */
export const FREE_RECEIVES = 300;

/** Seconds. How long a slowed message waits at least, so that its retention ends before its receives do. */
export const SLOWED_WAIT = 30 * 60;

/**
 * Seconds. How long a request may be in its queue: one that could not be sent until then ends as `expired`. After that it comes
 * at least once more before the queue drops it, since SQS hides no message for longer than 12 h.
 * @param retention seconds that the queue keeps a message
 */
export const requestLifetime = (retention: number): number => retention - 13 * 60 * 60;

/** A message comes along with at most nine before it in its group, and each may crash its worker three times. */
const RECEIVES_BY_POISON = 3 * (BATCH_SIZE - 1) + 1;

/** SQS's largest. */
export const LARGEST_MAX_RECEIVE_COUNT = 1000;

/**
 * How often a message may be received at most: a request waits by becoming visible again, and each time counts as one more
 * receive. Only a message that no worker can acknowledge may reach the dead letters, never one that waits for its time.
 * @param retention seconds that the queue keeps a message
 */
export function maxReceiveCount(retention: number): number {
  return FREE_RECEIVES + Math.ceil(retention / SLOWED_WAIT) + RECEIVES_BY_POISON;
}

/** Seconds. An HTTP API gives up after 30 s, and the function has to respond before that. */
export const API_TIMEOUT = 29;

/**
 * Seconds. At most 3 to read the token, 2 to ask the endpoint, 2 for the ledger and 5 to publish; then the response. A token that
 * does not fit may take 3 more: then publishing has less, and what does not end in time gets a 503.
 */
export const WEBHOOK_TIMEOUT = 15;

/** Seconds. Lambda's longest: a file is checked in one run, however long it is. */
export const UPLOAD_TIMEOUT = 15 * 60;

/** Seconds. Lambda's longest: the next run has to read each batch and find its place in each file again. */
export const FEEDER_TIMEOUT = 15 * 60;

/** Seconds. Less than the minute between two runs, so that no two look at the same images. */
export const SWEEP_TIMEOUT = 55;

/**
 * Seconds. An event whose run failed only says why: it asks for nothing that the next minute's run does not do by itself.
 */
export const FAILED_RUN_RETENTION = 24 * 60 * 60;

/** Seconds of the workers' work that lines may fill the queue with: a single request waits about so long behind them. */
const BULK_SECONDS = 5;
/** SQS's figure for a queue's depth is too rough for less. */
const LEAST_BULK_DEPTH = 50;

/** Requests that the queue may hold while lines are added to it. @param callsPerSecond of all workers together */
export function bulkDepth(callsPerSecond: number): number {
  return Math.max(LEAST_BULK_DEPTH, BULK_SECONDS * callsPerSecond);
}

/** Containers of `order-api`: each holds the whole of an order. */
export const ORDER_CONCURRENCY = 5;

/** Calls for images and their previews that one container of `order-api` begins in a second. */
export const IMAGE_CALLS_PER_SECOND = 4;

/** Those of all its containers. */
export const ALL_IMAGE_CALLS_PER_SECOND = ORDER_CONCURRENCY * IMAGE_CALLS_PER_SECOND;

/** What the endpoint takes from one IP address before it responds with 429; all functions may share one. */
export const ENDPOINT_CALLS_PER_SECOND = 300;

/** Bytes. Holds the largest event that the worker publishes, and the largest message that a sender may queue. */
export const MAX_MESSAGE_SIZE = 1024 * 1024;
