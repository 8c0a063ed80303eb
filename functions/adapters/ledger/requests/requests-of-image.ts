import type { RequestsOfImage } from '../../../core/budget/send-again.ts';
import { createQueryByImage } from '../by-image.ts';
import { createUpdateItem } from '../items.ts';
import { expiryOf, string } from '../ledger-item.ts';
import type { TableParts } from '../table.ts';

/** More than one of them may have expired, or be the one that sends another again. */
const NEWEST = 10;

/** The requests of an image; the index may be a second behind. */
export function createRequestsOfImage(parts: TableParts): RequestsOfImage {
  const { clock } = parts;
  const query = createQueryByImage(parts);
  const updateItem = createUpdateItem(parts);

  return {
    async hasNewer({ imageId, acceptedAt }, againId, limits) {
      const { items } = await query({ imageId, after: acceptedAt, Limit: NEWEST }, limits);
      return items.some((item) => item.id?.S !== againId && expiryOf(item) > clock.now());
    },

    async noteAgain(requestId, againId, limits) {
      const update = {
        Key: { id: string(requestId) },
        UpdateExpression: 'SET again_as = :again',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':again': string(againId) },
      };
      await updateItem(update, limits);
    },
  };
}
