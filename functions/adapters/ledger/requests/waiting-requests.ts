import type { WaitingRequests } from '../../../core/batch/check/ports.ts';
import { concurrently } from '../../../core/concurrently.ts';
import type { Limits } from '../../../core/ports.ts';
import { createQueryByImage } from '../by-image.ts';
import { expiryOf, itemToSummary } from '../ledger-item.ts';
import type { TableParts } from '../table.ts';

const CONCURRENT = 20;
const NOT_STARTED = ['accepted', 'waiting'];

/** Looks at the newest request of each image. */
export function createWaitingRequests(parts: TableParts): WaitingRequests {
  const { clock } = parts;
  const query = createQueryByImage(parts);

  async function isWaiting(imageId: string, limits: Limits): Promise<boolean> {
    const { items } = await query({ imageId, Limit: 1 }, limits);
    const [newest] = items;
    return newest !== undefined && expiryOf(newest) > clock.now() && NOT_STARTED.includes(itemToSummary(newest).state);
  }

  return {
    async countWaiting(imageIds, limits) {
      let waiting = 0;
      await concurrently(imageIds, CONCURRENT, async (imageId) => {
        if (await isWaiting(imageId, limits)) waiting += 1;
      });
      return waiting;
    },
  };
}
