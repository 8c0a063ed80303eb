import type { RequestItem, RequestSummary } from './contract.ts';
import type { Call } from './http/call.ts';
import type { CallOptions, Runtime } from './http/send.ts';
import { createListing, type Listing } from './listing.ts';
import { type PollOptions, poll } from './poll.ts';

export interface ListOptions extends CallOptions {
  /** Items of one page. */
  readonly limit?: number | undefined;
  /** A page's `nextCursor`, to go on from there. */
  readonly cursor?: string | undefined;
}

export interface WaitOptions extends PollOptions {
  /** `finished`, unless given: the image is finished. `started`: Autoenhance has begun. A request that failed has ended either way. */
  readonly until?: 'started' | 'finished' | undefined;
}

export interface Requests {
  get(requestId: string, options?: CallOptions): Promise<RequestItem>;
  /**
   * Waits for a request's end, 10 minutes unless `timeoutMs` is given. A request that failed is an end too: see its `state`.
   * @throws ReprocessError `timed_out`
   */
  waitFor(requestId: string, options?: WaitOptions): Promise<RequestItem>;
  /** Your requests for an image, newest first. */
  ofImage(imageId: string, options?: ListOptions): Listing<RequestSummary>;
}

const USUAL_TIMEOUT_MS = 600_000;

export function createRequests(call: Call, runtime: Runtime): Requests {
  const get: Requests['get'] = async (requestId, options) =>
    (await call('GET /v3/requests/{request_id}', [requestId], options)).body;
  return {
    get,
    async waitFor(requestId, { until = 'finished', timeoutMs = USUAL_TIMEOUT_MS, signal } = {}) {
      const isThere = until === 'started' ? hasStarted : hasEnded;
      return lastOf(poll(runtime, (options) => get(requestId, options), isThere, { timeoutMs, signal }));
    },
    ofImage: (imageId, { cursor: first, limit, ...options } = {}) =>
      createListing(async (cursor) => {
        const query = { limit, cursor };
        const { body } = await call('GET /v3/images/{id}/requests', [imageId], { ...options, query });
        return { items: body.requests, nextCursor: body.next_cursor };
      }, first),
  };
}

const hasStarted = ({ state }: RequestItem) => state === 'succeeded' || state === 'failed';
const hasEnded = (request: RequestItem) =>
  request.state === 'failed' || (request.state === 'succeeded' && request.completed_at !== undefined);

async function lastOf<Item>(items: AsyncIterable<Item>): Promise<Item> {
  let last: Item | undefined;
  for await (const item of items) last = item;
  return last as Item;
}
