import type { Delivery, RequestItem } from '../../../client/src/index.ts';

/** So long after the news, a callback that is set was called. */
const TOLD_WITHIN_MS = 60_000;

/** When there was last something of a request to tell. */
export function newsOf(request: RequestItem): string | undefined {
  if (request.state === 'failed') return request.ended_at;
  return request.state === 'succeeded' ? (request.completed_at ?? request.ended_at) : undefined;
}

/** Whether no more callbacks are to come of news of that time. */
export function isTold(newsAt: string, deliveries: readonly Pick<Delivery, 'state'>[]): boolean {
  const isWaiting = deliveries.some(({ state }) => state === 'waiting');
  return !isWaiting && Date.now() - Date.parse(newsAt) > TOLD_WITHIN_MS;
}
