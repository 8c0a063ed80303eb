import type { RequestItem, RequestSummary } from './contract.ts';
import type { Call } from './http/call.ts';
import type { CallOptions } from './http/send.ts';
import { createListing, type Listing } from './listing.ts';

export interface ListOptions extends CallOptions {
  /** Items of one page. */
  readonly limit?: number | undefined;
  /** A page's `nextCursor`, to go on from there. */
  readonly cursor?: string | undefined;
}

export interface Requests {
  get(requestId: string, options?: CallOptions): Promise<RequestItem>;
  /** Your requests for an image, newest first. */
  ofImage(imageId: string, options?: ListOptions): Listing<RequestSummary>;
}

export function createRequests(call: Call): Requests {
  return {
    get: async (requestId, options) => (await call('GET /v3/requests/{request_id}', [requestId], options)).body,
    ofImage: (imageId, { cursor: first, limit, ...options } = {}) =>
      createListing(async (cursor) => {
        const query = { limit, cursor };
        const { body } = await call('GET /v3/images/{id}/requests', [imageId], { ...options, query });
        return { items: body.requests, nextCursor: body.next_cursor };
      }, first),
  };
}
