import type { Clock, Limits } from '../../ports.ts';
import type { RequestBatches } from '../ports.ts';

export interface QueueRoomParts {
  readonly queue: Pick<RequestBatches, 'depth'>;
  /** Requests that the queue may hold while lines are added to it. */
  readonly bulkDepth: number;
  readonly clock: Clock;
}

export interface QueueRoom {
  /** How many lines the queue has room for. @param queued lines that it has already @throws DependencyUnavailable */
  look(queued: number, limits: Limits): Promise<number>;
  sent(count: number): void;
}

/** SQS's figure is an estimate that lags behind: what was sent in this time may not be in it yet. */
const LAG_MS = 2000;
/**
 * What lines may take of a queue that single requests have filled: else they would not be sent as long as those come. A tenth of
 * the queue would be less than a tenth of the calls, since the depth that is known of a growing queue is a moment old.
 */
const LEAST_SHARE = 1 / 8;

/** Feeds a queue up to a depth. */
export function createQueueRoom({ queue, bulkDepth, clock }: QueueRoomParts): QueueRoom {
  let recent: readonly { readonly at: number; readonly count: number }[] = [];
  return {
    async look(queued, limits) {
      const depth = await queue.depth(limits);
      recent = recent.filter(({ at }) => at + LAG_MS > clock.now());
      const unseen = recent.reduce((sum, { count }) => sum + count, 0);
      const share = Math.ceil(depth * LEAST_SHARE) - Math.max(queued, unseen);
      return Math.max(0, bulkDepth - depth - unseen, share);
    },
    sent(count) {
      recent = [...recent, { at: clock.now(), count }];
    },
  };
}
