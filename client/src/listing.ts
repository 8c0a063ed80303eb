import type { BodyOf, Call, Given, Route } from './http/call.ts';
import type { CallOptions } from './http/send.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** For the `cursor` of the next page; undefined on the last. */
  readonly nextCursor?: string | undefined;
}

/** A list, item by item or page by page. Pages are read when they are asked for. */
export interface Listing<Item> extends AsyncIterable<Item> {
  pages(): AsyncIterable<Page<Item>>;
}

/** A list's filters, its `limit` of a page, and the `cursor` to go on from: a page's `nextCursor`. */
export type ListOptions<R extends Route> = CallOptions & NonNullable<Given<R>['query']>;

type MembersOf<Body> = Body extends { readonly requests: readonly (infer Item)[] }
  ? Item
  : Body extends { readonly batches: readonly (infer Item)[] }
    ? Item
    : Body extends { readonly deliveries: readonly (infer Item)[] }
      ? Item
      : never;

export type ListOf<R extends Route> = Listing<MembersOf<BodyOf<R>>>;

interface ListBody {
  readonly requests?: readonly never[];
  readonly batches?: readonly never[];
  readonly deliveries?: readonly never[];
  readonly next_cursor?: string | null;
}

export function createListing<R extends Route>(
  call: Call,
  route: R,
  segments: readonly string[],
  options: ListOptions<R> = {} as ListOptions<R>,
): ListOf<R> {
  const { signal, timeoutMs, ...query } = options;
  async function* pages() {
    let cursor: string | undefined;
    do {
      const given = { signal, timeoutMs, query: { ...query, ...(cursor && { cursor }) } } as Given<R>;
      const body = (await call(route, segments, given)).body as ListBody;
      cursor = body.next_cursor ?? undefined;
      yield { items: body.requests ?? body.batches ?? body.deliveries ?? [], nextCursor: cursor };
    } while (cursor);
  }
  async function* items() {
    for await (const page of pages()) yield* page.items;
  }
  return { pages, [Symbol.asyncIterator]: items };
}
