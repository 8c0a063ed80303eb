export interface Page<Item> {
  readonly items: readonly Item[];
  /** For the `cursor` of the next page; undefined on the last. */
  readonly nextCursor?: string | undefined;
}

/** A list, item by item or page by page. Pages are read when they are asked for. */
export interface Listing<Item> extends AsyncIterable<Item> {
  pages(): AsyncIterable<Page<Item>>;
}

/** @param read the page at a cursor; the first without one */
export function createListing<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  first?: string,
): Listing<Item> {
  async function* pages() {
    let cursor = first;
    do {
      const page = await read(cursor);
      yield page;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  async function* items() {
    for await (const page of pages()) yield* page.items;
  }
  return { pages, [Symbol.asyncIterator]: items };
}
