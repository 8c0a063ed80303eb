import { DependencyUnavailable } from '../../errors.ts';
import type { Clock, Limits } from '../../ports.ts';
import type { ReprocessRequest } from '../../request/reprocess-request.ts';
import type { QueuedRequest, RequestBatches } from '../ports.ts';
import { sizeOnQueue, toQueuedRequest } from './line-messages.ts';
import { createSender } from './sender.ts';

export interface SendLinesParts {
  readonly queue: Pick<RequestBatches, 'send'>;
  readonly clock: Clock;
}

/**
 * Sends requests, those of one image in their order.
 * @returns how many of the first ones the queue has: all of them, unless it did not take them in time
 * @throws DependencyUnavailable when it took none of the first ones
 */
export type SendLines = (requests: readonly ReprocessRequest[], limits: Limits) => Promise<number>;

const FIRST_PAUSE_MS = 100;
/** How long the lines of one turn may take: the other batches wait for them. */
const LONGEST_MS = 10_000;

interface Outgoing {
  readonly key: string;
  readonly bytes: number;
  readonly what: QueuedRequest;
  readonly index: number;
}

export function createSendLines({ queue, clock }: SendLinesParts): SendLines {
  return async (requests, limits) => {
    const until = Math.min(clock.now() + LONGEST_MS, limits.deadline);
    let pauseMs = FIRST_PAUSE_MS;
    let wake = Promise.withResolvers<void>();
    const waiting = new Set(requests.keys());
    const sender = createSender<Outgoing>({
      onSent: ({ index }) => waiting.delete(index),
      dependency: 'request queue',
      mayStart: () => !limits.signal.aborted,
      send: (batch) => queue.send(batch.map(({ what }) => what), limits), // biome-ignore format: one thought
      onReturn: () => wake.resolve(),
    });
    for (const [index, request] of requests.entries()) {
      const what = toQueuedRequest(request);
      sender.add({ key: what.imageId, bytes: sizeOnQueue(what), what, index });
    }
    let failure: DependencyUnavailable | undefined;
    while (!sender.isEmpty) {
      if (clock.now() < until) sender.start();
      if (!sender.isOut) break;
      await wake.promise;
      wake = Promise.withResolvers();
      failure = sender.takeFailure();
      if (failure !== undefined) await clock.sleep(pauseMs, limits.signal);
      pauseMs = failure === undefined ? FIRST_PAUSE_MS : pauseMs * 2;
    }
    const [first = requests.length] = waiting;
    if (first > 0 || requests.length === 0) return first;
    throw failure ?? new DependencyUnavailable('request queue', new Error('it took no line in time'));
  };
}
