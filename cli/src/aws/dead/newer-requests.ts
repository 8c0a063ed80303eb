import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { BY_IMAGE } from '../../../../functions/adapters/ledger/by-image.ts';
import { expiryOf, type Item, itemToSummary, string } from '../../../../functions/adapters/ledger/ledger-item.ts';
import { isoTime } from '../../../../functions/core/outcome/encode-result.ts';
import type { LedgerSummary } from '../../../../functions/core/ports.ts';

export interface NewerRequestsParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
  readonly now: () => number;
}

/** The requests of an image that were accepted at a time (epoch ms) or later. The index follows within a second. */
export function createNewerRequests({ send, table, now }: NewerRequestsParts) {
  return async (imageId: string, acceptedAt: number): Promise<readonly LedgerSummary[]> => {
    const found: Item[] = [];
    let start: Item | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: table,
        IndexName: BY_IMAGE,
        KeyConditionExpression: 'image_id = :image AND accepted_at >= :at',
        ExpressionAttributeValues: { ':image': string(imageId), ':at': string(isoTime(acceptedAt)) },
        ExclusiveStartKey: start,
      });
      const { Items = [], LastEvaluatedKey } = await send(command);
      found.push(...Items.filter((item) => expiryOf(item) > now()));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return found.map(itemToSummary);
  };
}
