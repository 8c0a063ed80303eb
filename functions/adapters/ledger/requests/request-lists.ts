import type { LedgerSummary, Limits } from '../../../core/ports.ts';
import {
  type AskedPage,
  fits,
  type Page,
  type RequestFilter,
  type RequestLists,
} from '../../../core/request/request-lists.ts';
import { createQueryByImage } from '../by-image.ts';
import { createOwnerPages, decodePlace, encodePlace, type OwnersPage } from '../by-owner.ts';
import { expiryOf, type Item, itemToSummary, ownerOf, string } from '../ledger-item.ts';
import type { TableParts } from '../table.ts';

/** Items that a further read looks at, of each owner, when the first found too few that fit. */
const LATER_ITEMS = 200;
/** Bounds the work of a page: where few of many fit, it is short and has a next one. */
const MAX_READS = 5;

type Read = (limit: number, cursor: string | undefined, limits: Limits) => Promise<OwnersPage>;

/** Requests of some owners, from the indexes: never a scan. */
export function createRequestLists(parts: TableParts): RequestLists {
  const { clock } = parts;
  const ownerPages = createOwnerPages(parts);
  const query = createQueryByImage(parts);

  const isKept = (item: Item) => expiryOf(item) > clock.now();

  /** An image's requests, whoever has them: the owners are for {@link list} to tell apart. */
  function imagePages(imageId: string, owners: readonly string[]): Read {
    return async (limit, cursor, limits) => {
      const place = cursor === undefined ? undefined : decodePlace(cursor, owners);
      const start = place && { id: string(place.id), image_id: string(imageId), accepted_at: string(place.acceptedAt) };
      const { items: found, next } = await query({ imageId, Limit: limit, ExclusiveStartKey: start }, limits);
      const items = found.filter((item) => isKept(item) && owners.includes(item.owner?.S ?? ''));
      // The last may be another partner's, whose name is not for everybody: for an image's list it does not count.
      const last = found.at(-1);
      const cursorItem = next !== undefined && last !== undefined && { ...last, owner: string(owners[0] ?? '') };
      return { items, ...(cursorItem && { cursor: encodePlace(cursorItem) }) };
    };
  }

  async function list(filter: RequestFilter, { limit, cursor }: AskedPage, limits: Limits): Promise<Page> {
    const owners = filter.owners.map(ownerOf);
    const read: Read =
      filter.imageId === undefined
        ? (count, after, left) =>
            ownerPages(owners, { limit: count, ...(after !== undefined && { cursor: after }) }, left)
        : imagePages(filter.imageId, owners);
    const found: LedgerSummary[] = [];
    let next = cursor;
    let shownUpTo = '';
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      const page = await read(reads === 0 ? limit + 1 : LATER_ITEMS, next, limits);
      for (const item of page.items) {
        const summary = itemToSummary(item);
        if (summary.acceptedAt < (filter.since ?? 0)) return { items: found };
        if (!fits(summary, filter)) continue;
        // One more fits than the page shows: the next one begins behind the last that is shown.
        if (found.length === limit) return { items: found, cursor: shownUpTo };
        found.push(summary);
        shownUpTo = encodePlace(item);
      }
      next = page.cursor;
      if (next === undefined) return { items: found };
    }
    return { items: found, ...(next !== undefined && { cursor: next }) };
  }

  return {
    list,
    async newest(imageId, limits) {
      const { items } = await query({ imageId, Limit: 1 }, limits);
      return items.filter(isKept).map(itemToSummary)[0];
    },
  };
}
