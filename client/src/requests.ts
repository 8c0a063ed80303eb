import { type BodyOf, bodyOf, type Call } from './http/call.ts';
import type { CallOptions, Runtime } from './http/send.ts';
import { createListing, type ListOf, type ListOptions } from './listing.ts';
import { type PollOptions, poll } from './poll.ts';
import { type Queued, type Started, startedOrQueued } from './reprocess.ts';

const ONE = 'GET /v3/requests/{request_id}';
const ALL = 'GET /v3/requests';
const OF_IMAGE = 'GET /v3/images/{id}/requests';

export type RequestItem = BodyOf<typeof ONE>;

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
  /** Newest first: your own, or everybody's for an operator. */
  list(options?: ListOptions<typeof ALL>): ListOf<typeof ALL>;
  /** Sends a request that failed again, as a new one. */
  retry(requestId: string, options?: CallOptions): Promise<Started | Queued>;
  /** Your requests for an image, newest first. */
  ofImage(imageId: string, options?: ListOptions<typeof OF_IMAGE>): ListOf<typeof OF_IMAGE>;
}

const USUAL_TIMEOUT_MS = 600_000;

export function createRequests(call: Call, runtime: Runtime): Requests {
  const get = bodyOf(call, ONE);
  return {
    get,
    async waitFor(requestId, { until = 'finished', timeoutMs = USUAL_TIMEOUT_MS, signal } = {}) {
      const isThere = until === 'started' ? hasStarted : hasEnded;
      let last: RequestItem | undefined;
      for await (const each of poll(runtime, (options) => get(requestId, options), isThere, { timeoutMs, signal })) {
        last = each;
      }
      return last as RequestItem;
    },
    list: (options) => createListing(call, ALL, [], options),
    retry: async (requestId, options) =>
      startedOrQueued(await call('POST /v3/requests/{request_id}/retry', [requestId], { ...options, costs: true })),
    ofImage: (imageId, options) => createListing(call, OF_IMAGE, [imageId], options),
  };
}

const hasStarted = ({ state }: RequestItem) => state === 'succeeded' || state === 'failed';
const hasEnded = (request: RequestItem) =>
  request.state === 'failed' || (request.state === 'succeeded' && request.completed_at !== undefined);
