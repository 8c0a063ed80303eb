import type { Delivery, RequestItem } from '../../../client/src/index.ts';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { firstPage } from '../service/first-page.ts';

const NONE: readonly Delivery[] = [];
/** So long after the news, a callback that is set was called. */
const TOLD_WITHIN_MS = 60_000;

/** What the partner of a request was told at its callback, newest first. Who may see the request may see that. */
export function useDeliveries(request: RequestItem): readonly Delivery[] {
  const { service } = useSignedIn();
  const { request_id, partner } = request;
  const newsAt = newsOf(request);
  const { data = NONE } = usePoll<readonly Delivery[]>({
    key: `${request_id} ${newsAt}`,
    async load(signal) {
      if (partner === undefined || newsAt === undefined) return NONE;
      return (await firstPage(service.quick.callback.deliveries({ request_id, partner, signal }))).items;
    },
    hasEnded(deliveries) {
      if (partner === undefined || newsAt === undefined) return true;
      const isWaiting = deliveries.some(({ state }) => state === 'waiting');
      return !isWaiting && Date.now() - Date.parse(newsAt) > TOLD_WITHIN_MS;
    },
    keepsData: true,
  });
  return data;
}

/** When there was last something to tell. */
function newsOf(request: RequestItem): string | undefined {
  if (request.state === 'failed') return request.ended_at;
  return request.state === 'succeeded' ? (request.completed_at ?? request.ended_at) : undefined;
}
