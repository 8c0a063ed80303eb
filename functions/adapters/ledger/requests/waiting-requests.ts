import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { WaitingRequests } from '../../../core/batch/check/ports.ts';
import { concurrently } from '../../../core/concurrently.ts';
import type { Limits } from '../../../core/ports.ts';
import { expiryOf, itemToSummary, string } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import type { TableParts } from '../table.ts';
import { BY_IMAGE } from './list-requests.ts';

const CONCURRENT = 20;
const NOT_STARTED = ['accepted', 'waiting'];

/** Looks at the newest request of each image. */
export function createWaitingRequests({ send, table, clock }: TableParts): WaitingRequests {
  async function isWaiting(imageId: string, { signal }: Limits): Promise<boolean> {
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_IMAGE,
      KeyConditionExpression: 'image_id = :image',
      ExpressionAttributeValues: { ':image': string(imageId) },
      ScanIndexForward: false,
      Limit: 1,
    });
    const { Items: [newest] = [] } = await orUnavailable(send(command, { abortSignal: signal }));
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
