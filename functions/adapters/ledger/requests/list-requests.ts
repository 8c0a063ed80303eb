import { decodeCursor, encodeCursor } from '../../../core/cursor.ts';
import { InvalidCursor } from '../../../core/errors.ts';
import type { ListOfImage, Page } from '../../../core/request/request-lists.ts';
import { createQueryByImage } from '../by-image.ts';
import { expiryOf, type Item, itemToSummary, string } from '../ledger-item.ts';
import type { TableParts } from '../table.ts';

/** Items that a further query looks at, when the first found too few of the partner's. */
const LATER_ITEMS = 1000;
/** A partner with few requests among many thousands gets a short page with a cursor. */
const MAX_QUERIES = 10;

/** Pages through one partner's requests for an image, newest first. The index may be a second behind. */
export function createListOfImage(parts: TableParts): ListOfImage {
  const { clock } = parts;
  const query = createQueryByImage(parts);

  return async (partner, imageId, { limit, cursor }, limits): Promise<Page> => {
    const found: Item[] = [];
    const filter = {
      FilterExpression: 'partner = :partner',
      ExpressionAttributeValues: { ':partner': string(partner) },
    };
    let start = cursor === undefined ? undefined : decodePlace(cursor, imageId);
    for (let queries = 0; queries < MAX_QUERIES; queries += 1) {
      // One more than the page shows, to know whether there is a next one.
      const Limit = queries === 0 ? limit + 1 : LATER_ITEMS;
      const page = await query({ imageId, ...filter, Limit, ExclusiveStartKey: start }, limits);
      found.push(...page.items.filter((item) => expiryOf(item) > clock.now()));
      start = page.next;
      if (start === undefined || found.length > limit) break;
    }
    const shown = found.slice(0, limit);
    const next = found.length > limit ? shown.at(-1) : start;
    return { items: shown.map(itemToSummary), ...(next && { cursor: encodeCursor(next.id?.S, next.accepted_at?.S) }) };
  };
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
