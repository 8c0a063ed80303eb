import type { Clock, Limits } from '../../ports.ts';
import type { RequestBatches } from '../ports.ts';

export interface BackpressureParts {
  readonly queue: Pick<RequestBatches, 'depth'>;
  /** Requests that the queue may hold while this run adds to it. */
  readonly limit: number;
  readonly clock: Clock;
}

export interface Backpressure {
  /** Whether requests may be sent before the queue is looked at again. */
  readonly hasRoom: boolean;
  /** Looks at the queue, if another look may tell more than the last one. @throws DependencyUnavailable */
  look(limits: Limits): Promise<void>;
  sent(count: number): void;
  /** Ms until another look may tell more. */
  readonly waitMs: number;
}

/** SQS's figure is an estimate that lags behind by seconds: looking oftener tells nothing new. */
const LOOK_EVERY_MS = 5000;

/** Feeds a queue up to a depth: what is left of it at one look may be sent until the next. */
export function createBackpressure({ queue, limit, clock }: BackpressureParts): Backpressure {
  let left = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  return {
    get hasRoom() {
      return left > 0;
    },
    async look(limits) {
      if (clock.now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = clock.now();
      left = limit - (await queue.depth(limits));
    },
    sent(count) {
      left -= count;
    },
    get waitMs() {
      return Math.max(0, lookedAt + LOOK_EVERY_MS - clock.now());
    },
  };
}
