import type { Delivery, RequestItem } from '../../../client/src/index.ts';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { firstPage } from '../service/first-page.ts';
import { isTold, newsOf } from './news.ts';

const NONE: readonly Delivery[] = [];

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
    hasEnded: (deliveries) => partner === undefined || newsAt === undefined || isTold(newsAt, deliveries),
    keepsData: true,
  });
  return data;
}
