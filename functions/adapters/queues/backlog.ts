import type { SQSClient } from '@aws-sdk/client-sqs';
import { loggedError } from '../../core/logged-error.ts';
import type { Clock, Limits, Logger } from '../../core/ports.ts';
import { depthOf } from './queue-depth.ts';

export interface BacklogParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
  /** Messages waiting from which on the queue counts as deep. */
  readonly limit: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** SQS's figure is an estimate that settles within a minute: looking oftener tells nothing new. */
const LOOK_EVERY_MS = 5000;

/**
 * Whether more requests wait than a caller should wait behind. Looks at most every 5 s, and takes a queue that cannot be
 * looked at for as deep as it was last: the question decides over waiting only, never over taking a request.
 */
export function createBacklog({ send, queueUrl, limit, clock, log }: BacklogParts) {
  let isDeep = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  return async (limits: Limits): Promise<boolean> => {
    if (clock.now() - lookedAt < LOOK_EVERY_MS) return isDeep;
    lookedAt = clock.now();
    try {
      isDeep = (await depthOf({ send, queueUrl }, limits)) > limit;
    } catch (error) {
      log.warn('the queue could not be looked at', loggedError(error));
    }
    return isDeep;
  };
}
