import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Limits } from '../../core/ports.ts';
import type { ItemParts } from './items.ts';
import { type Item, iso, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';

/** The index on image and time of acceptance. It has only the fields of a summary, and may be a second behind. */
export const BY_IMAGE = 'by-image';

export interface ImageQuery
  extends Pick<
    QueryCommandInput,
    'FilterExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues' | 'ExclusiveStartKey'
  > {
  readonly imageId: string;
  /** Only those that were accepted after it, epoch ms. */
  readonly after?: number;
  /** Items that are looked at, before the filter. Without a limit, a query would read 1 MB. */
  readonly Limit: number;
}

/** Queries the requests for an image, newest first. The function throws DependencyUnavailable. */
export function createQueryByImage({ send, table }: ItemParts) {
  return async ({ imageId, after, ...query }: ImageQuery, { signal }: Limits) => {
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_IMAGE,
      ScanIndexForward: false,
      ...query,
      KeyConditionExpression: after === undefined ? 'image_id = :image' : 'image_id = :image AND accepted_at > :after',
      ExpressionAttributeValues: {
        ...query.ExpressionAttributeValues,
        ':image': string(imageId),
        ...(after !== undefined && { ':after': string(iso(after)) }),
      },
    });
    const { Items = [], LastEvaluatedKey } = await orUnavailable(send(command, { abortSignal: signal }));
    return { items: Items as readonly Item[], next: LastEvaluatedKey };
  };
}
