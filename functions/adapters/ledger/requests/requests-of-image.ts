import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RequestsOfImage } from '../../../core/budget/send-again.ts';
import { createUpdateItem } from '../items.ts';
import { expiryOf, iso, string } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import type { TableParts } from '../table.ts';
import { BY_IMAGE } from './list-requests.ts';

/** More than one of them may have expired, or be the one that sends another again. */
const NEWEST = 10;

/** The requests of an image; the index may be a second behind. */
export function createRequestsOfImage(parts: TableParts): RequestsOfImage {
  const { send, table, clock } = parts;
  const updateItem = createUpdateItem(parts);

  return {
    async hasNewer({ imageId, acceptedAt }, againId, { signal }) {
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_IMAGE,
        KeyConditionExpression: 'image_id = :image AND accepted_at > :at',
        ExpressionAttributeValues: { ':image': string(imageId), ':at': string(iso(acceptedAt)) },
        ScanIndexForward: false,
        Limit: NEWEST,
      });
      const { Items = [] } = await orUnavailable(send(command, { abortSignal: signal }));
      return Items.some((item) => item.id?.S !== againId && expiryOf(item) > clock.now());
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
