import type { SQSClient } from '@aws-sdk/client-sqs';
import { loggedError } from '../../core/logged-error.ts';
import type { Clock, Limits, Logger } from '../../core/ports.ts';
import { depthOf } from './queue-depth.ts';

export interface BacklogParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
  /** With more messages than this, the queue counts as deep. */
  readonly limit: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** SQS's figure is an estimate that may be a minute old, so reading it more often is useless. */
const READ_EVERY_MS = 5000;

/**
 * Whether the queue is so deep that a caller should not wait. If the depth cannot be read, the last result counts. It only
 * decides about waiting, never about accepting a request.
 */
export function createBacklog({ send, queueUrl, limit, clock, log }: BacklogParts) {
  let isDeep = false;
  let readAt = Number.NEGATIVE_INFINITY;

  return async (limits: Limits): Promise<boolean> => {
    if (clock.now() - readAt < READ_EVERY_MS) return isDeep;
    readAt = clock.now();
    try {
      isDeep = (await depthOf({ send, queueUrl }, limits)) > limit;
    } catch (error) {
      log.warn('the depth of the queue could not be read', loggedError(error));
    }
    return isDeep;
  };
}
