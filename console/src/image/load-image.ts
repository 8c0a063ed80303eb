import type { RequestItem, RequestSummary } from '../../../client/src/index.ts';
import { firstPage } from '../service/first-page.ts';
import type { Service } from '../service/service.ts';
import { hasEnded } from '../states.ts';

export interface ImageRequests {
  /** Newest first. */
  readonly requests: readonly RequestItem[];
  readonly hasMore: boolean;
}

/** Reads the latest requests for an image whole. Those that have ended are read once. */
export function createImageLoader({ quick }: Service, imageId: string) {
  const ended = new Map<string, RequestItem>();

  async function whole({ request_id: id, life }: RequestSummary, signal: AbortSignal): Promise<RequestItem> {
    const known = ended.get(id);
    if (known?.life === life) return known;
    const request = await quick.requests.get(id, { signal });
    if (hasEnded(request)) ended.set(id, request);
    return request;
  }

  return async (limit: number, signal: AbortSignal): Promise<ImageRequests> => {
    const { items, nextCursor } = await firstPage(quick.requests.ofImage(imageId, { limit, signal }));
    const requests = await Promise.all(items.map((each) => whole(each, signal)));
    return { requests, hasMore: nextCursor !== undefined };
  };
}
