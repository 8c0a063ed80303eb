import type { Listing, Page } from '../../../client/src/index.ts';

/** A page of a list: the first one, or the one that the list's cursor names. */
export async function firstPage<Item>(listing: Listing<Item>): Promise<Page<Item>> {
  for await (const page of listing.pages()) return page;
  return { items: [] };
}
