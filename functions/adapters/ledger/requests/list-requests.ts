import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { decodeCursor, encodeCursor } from '../../../core/cursor.ts';
import { InvalidCursor } from '../../../core/errors.ts';
import type { Limits } from '../../../core/ports.ts';
import type { ListOfImage, Page } from '../../../core/request/request-lists.ts';
import { expiryOf, type Item, itemToSummary, string } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import type { TableParts } from '../table.ts';

/** The index on image and time of acceptance. It has only the fields of a summary. */
export const BY_IMAGE = 'by-image';

// DynamoDB's limit applies before the filter. Without a limit, a query reads 1 MB for any page.
const LATER_ITEMS = 1000;
/** A partner with few requests among many thousands gets a short page with a cursor. */
const MAX_QUERIES = 10;

/** Pages through one partner's requests for an image, newest first. The index may be a second behind. */
export function createListOfImage({ send, table, clock }: TableParts): ListOfImage {
  async function query(imageId: string, partner: string, { start, items }: QueryRange, { signal }: Limits) {
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_IMAGE,
      KeyConditionExpression: 'image_id = :image',
      FilterExpression: 'partner = :partner',
      ExpressionAttributeValues: { ':image': string(imageId), ':partner': string(partner) },
      ScanIndexForward: false,
      Limit: items,
      ExclusiveStartKey: start,
    });
    return orUnavailable(send(command, { abortSignal: signal }));
  }

  return async (partner, imageId, { limit, cursor }, limits): Promise<Page> => {
    const found: Item[] = [];
    let start = cursor === undefined ? undefined : decodePlace(cursor, imageId);
    for (let queries = 0; queries < MAX_QUERIES; queries += 1) {
      // One more than the page shows, to know whether there is a next one.
      const items = queries === 0 ? limit + 1 : LATER_ITEMS;
      const output = await query(imageId, partner, { start, items }, limits);
      found.push(...(output.Items ?? []).filter((item) => expiryOf(item) > clock.now()));
      start = output.LastEvaluatedKey;
      if (start === undefined || found.length > limit) break;
    }
    const shown = found.slice(0, limit);
    const next = found.length > limit ? shown.at(-1) : start;
    return { items: shown.map(itemToSummary), ...(next && { cursor: encodeCursor(next.id?.S, next.accepted_at?.S) }) };
  };
}

interface QueryRange {
  readonly start: Item | undefined;
  readonly items: number;
}

const ID = /^[a-z]+:[0-9a-f]{64}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** It grants no rights: every page is filtered by partner. */
function decodePlace(cursor: string, imageId: string): Item {
  const [id, acceptedAt] = decodeCursor(cursor);
  if (typeof id !== 'string' || !ID.test(id) || typeof acceptedAt !== 'string' || !ISO_TIME.test(acceptedAt)) {
    throw new InvalidCursor('cursor must be the next_cursor of an earlier page');
  }
  return { id: string(id), image_id: string(imageId), accepted_at: string(acceptedAt) };
}
