import type { RequestItem } from './contract.ts';
import { bodyOf, type Call } from './http/call.ts';
import type { CallOptions } from './http/send.ts';
import { createListing, type ListOf, type ListOptions } from './listing.ts';
import { type PollOptions, type PollRuntime, poll } from './poll.ts';

type All = 'GET /v3/requests';
type OfImage = 'GET /v3/images/{id}/requests';

export interface WaitOptions extends PollOptions {
  /** `finished`, unless given: the image is finished. `started`: Autoenhance has begun. A request that failed has ended either way. */
  readonly until?: 'started' | 'finished' | undefined;
}

export interface Requests {
  get(requestId: string, options?: CallOptions): Promise<RequestItem>;
  /** Newest first: your own, or everybody's for an operator. */
  list(options?: ListOptions<All>): ListOf<All>;
  /** Your requests for an image, newest first. */
  ofImage(imageId: string, options?: ListOptions<OfImage>): ListOf<OfImage>;
  /** Sends a request that failed again, as a new one. A second call is the same. */
  retry(requestId: string, options?: CallOptions): Promise<RequestItem>;
  /**
   * Waits for a request's end, 10 minutes unless `timeoutMs` is given. A request that failed is an end too: see its `life`. One
   * that failed only for the daily limit is followed to the request that it is sent again as.
   * @throws ReprocessError `timed_out`
   */
  waitFor(requestId: string, options?: WaitOptions): Promise<RequestItem>;
}

const USUAL_TIMEOUT_MS = 600_000;

export function createRequests(call: Call, runtime: PollRuntime): Requests {
  const get = bodyOf(call, 'GET /v3/requests/{request_id}');
  return {
    get,
    list: (options) => createListing(call, 'GET /v3/requests', [], options),
    ofImage: (imageId, options) => createListing(call, 'GET /v3/images/{id}/requests', [imageId], options),
    retry: bodyOf(call, 'POST /v3/requests/{request_id}/retry', { costs: true }),
    async waitFor(requestId, { until, timeoutMs = USUAL_TIMEOUT_MS, signal } = {}) {
      let last = { again_as: requestId } as RequestItem & { readonly again_as?: string };
      const read = (options: PollOptions) => get(last.again_as ?? last.request_id, options);
      const isThere = ({ life, again_as }: typeof last) => !again_as && ['finished', 'failed', until].includes(life);
      for await (const each of poll(runtime, read, isThere, { timeoutMs, signal })) last = each;
      return last;
    },
  };
}
