import { DependencyUnavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/ports.ts';
import { countsOf, type QueueCounts } from './queue-depth.ts';

/** What a queue holds, for people. The function throws DependencyUnavailable. */
export function createQueueCounts(queue: Parameters<typeof countsOf>[0]): (limits: Limits) => Promise<QueueCounts> {
  return async (limits) => {
    try {
      return await countsOf(queue, limits);
    } catch (error) {
      throw new DependencyUnavailable('request queue', error);
    }
  };
}
