import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import { InvalidCursor } from '../../core/errors.ts';
import type { Limits } from '../../core/ports.ts';
import type { AskedPage } from '../../core/request/request-lists.ts';
import { createBatchGet } from './batch-get.ts';
import { expiryOf, type Item, string, textOf } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** The index on owner and time of acceptance. It has only the fields of a list. */
export const BY_OWNER = 'by-owner';

export interface OwnersPage {
  readonly items: readonly Item[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** A place in the list of several owners: everything up to this item was shown. */
interface Place {
  readonly owner: string;
  readonly acceptedAt: string;
  readonly id: string;
}

/**
 * Pages through what some owners have, newest first. What came in the same millisecond is shown in the order of their names,
 * so that a page can begin between two of them. The index may be a second behind.
 */
export function createOwnerPages({ send, table, clock }: TableParts) {
  /** An owner's next items behind a place of the whole list. */
  async function query(owner: string, after: Place | undefined, items: number, { signal }: Limits) {
    const isSame = after?.owner === owner;
    const isBefore = after !== undefined && owner < after.owner;
    const until = after === undefined || isSame ? '' : ` AND accepted_at ${isBefore ? '<' : '<='} :until`;
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_OWNER,
      KeyConditionExpression: `#owner = :owner${until}`,
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: {
        ':owner': string(owner),
        ...(until !== '' && { ':until': string(after?.acceptedAt ?? '') }),
      },
      ScanIndexForward: false,
      Limit: items,
      ...(isSame && {
        ExclusiveStartKey: { id: string(after.id), owner: string(owner), accepted_at: string(after.acceptedAt) },
      }),
    });
    const { Items = [] } = await orUnavailable(send(command, { abortSignal: signal }));
    return Items;
  }

  return async (owners: readonly string[], { limit, cursor }: AskedPage, limits: Limits): Promise<OwnersPage> => {
    const after = cursor === undefined ? undefined : decodePlace(cursor, owners);
    // One more than the page shows, to know whether there is a next one.
    const found = await Promise.all(owners.map((owner) => query(owner, after, limit + 1, limits)));
    const merged = found.flat().sort(newestFirst);
    const shown = merged.slice(0, limit);
    const last = merged.length > limit ? shown.at(-1) : undefined;
    const items = shown.filter((item) => expiryOf(item) > clock.now());
    return { items, ...(last !== undefined && { cursor: encodePlace(last) }) };
  };
}

/** The same pages with whole items, for those of which the index has the keys alone. */
export function createWholePages(parts: TableParts) {
  const pages = createOwnerPages(parts);
  const batchGet = createBatchGet(parts);
  return async (...given: Parameters<typeof pages>): Promise<OwnersPage> => {
    const { items, ...more } = await pages(...given);
    const ids = items.map((item) => textOf(item, 'id'));
    const [, , limits] = given;
    const read = await batchGet(ids, limits);
    return { items: ids.map((id) => read.get(id)).filter((item) => item !== undefined), ...more };
  };
}

function newestFirst(one: Item, other: Item): number {
  const [a, b] = [placeOf(one), placeOf(other)];
  if (a.acceptedAt !== b.acceptedAt) return a.acceptedAt < b.acceptedAt ? 1 : -1;
  if (a.owner === b.owner) return 0;
  return a.owner < b.owner ? -1 : 1;
}

function placeOf({ owner, accepted_at: acceptedAt, id }: Item): Place {
  return { owner: owner?.S ?? '', acceptedAt: acceptedAt?.S ?? '', id: id?.S ?? '' };
}

/** It grants no rights: it counts only for an owner who is asked for. */
export function encodePlace(item: Item): string {
  const { owner, acceptedAt, id } = placeOf(item);
  return encodeCursor(owner, acceptedAt, id);
}

const ID = /^[a-z]+:[0-9a-z_]{34,64}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function decodePlace(cursor: string, owners: readonly string[]): Place {
  const [owner, acceptedAt, id] = decodeCursor(cursor);
  const isOwner = typeof owner === 'string' && owners.includes(owner);
  if (
    !isOwner ||
    typeof acceptedAt !== 'string' ||
    !ISO_TIME.test(acceptedAt) ||
    typeof id !== 'string' ||
    !ID.test(id)
  ) {
    throw new InvalidCursor('cursor must be the next_cursor of an earlier page');
  }
  return { owner, acceptedAt, id };
}
