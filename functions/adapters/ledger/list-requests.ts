import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { InvalidCursor } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import type { Ledger, Limits, Page } from '../../core/ports.ts';
import { expiryOf, type Item, itemToSummary, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** The index on image and time of acceptance; it holds the fields of a summary only. */
export const BY_IMAGE = 'by-image';

/** Pages through an image's requests, newest first, and shows those of one partner. The index follows within a second. */
export function createList({ send, table, clock }: TableParts): Ledger['list'] {
  async function query(imageId: string, partner: string, start: Item | undefined, { signal }: Limits) {
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_IMAGE,
      KeyConditionExpression: 'image_id = :image',
      FilterExpression: 'partner = :partner',
      ExpressionAttributeValues: { ':image': string(imageId), ':partner': string(partner) },
      ScanIndexForward: false,
      ExclusiveStartKey: start,
    });
    return orUnavailable(send(command, { abortSignal: signal }));
  }

  return async (partner, imageId, { limit, cursor }, limits): Promise<Page> => {
    const found: Item[] = [];
    let start = cursor === undefined ? undefined : decodeCursor(cursor, imageId);
    do {
      const output = await query(imageId, partner, start, limits);
      found.push(...(output.Items ?? []).filter((item) => expiryOf(item) > clock.now()));
      start = output.LastEvaluatedKey;
    } while (start !== undefined && found.length <= limit);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return { items: shown.map(itemToSummary), ...(last && { cursor: encodeCursor(last) }) };
  };
}

/** A place in the list, as text for a URL. It carries no rights, since every page is filtered by partner again. */
function encodeCursor(item: Item): string {
  return Buffer.from(JSON.stringify([item.id?.S, item.accepted_at?.S])).toString('base64url');
}

const ID = /^[a-z]+:[0-9a-f]{64}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function decodeCursor(cursor: string, imageId: string): Item {
  const [id, acceptedAt] = cursorParts(cursor);
  if (typeof id !== 'string' || !ID.test(id) || typeof acceptedAt !== 'string' || !ISO_TIME.test(acceptedAt)) {
    throw new InvalidCursor('cursor must be the next_cursor of an earlier page');
  }
  return { id: string(id), image_id: string(imageId), accepted_at: string(acceptedAt) };
}

function cursorParts(cursor: string): readonly unknown[] {
  try {
    const value = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
