import type { LeftOutImage, Order } from '../core/batch/order.ts';
import { ProcessError } from '../core/errors.ts';
import { type HttpResponse, problem } from '../lambda/http.ts';

/** Seconds. Autoenhance merges for five minutes at most. */
const MERGING_RETRY_AFTER = '30';
const RETRY_AFTER = '30';

/** What is shown of the images that are left out. */
const SHOWN_LEFT_OUT = 100;

/** The images of an order that are no part of its batch, as members of a response. */
export function encodeLeftOut(leftOut: readonly LeftOutImage[]) {
  const shown = leftOut.slice(0, SHOWN_LEFT_OUT).map(({ imageId, reason }) => ({ image_id: imageId, reason }));
  return { left_out: shown, left_out_count: leftOut.length };
}

export function unknownRouteResponse(method: string, path: string): HttpResponse {
  return problem(404, `there is no ${method} ${path.slice(0, 200)}; there is POST /v3/orders/{order_id}/reprocess`);
}

/** Why an order cannot be processed now; undefined when it can. */
export function refusedOrder({ isMerging, isDeleted }: Order): HttpResponse | undefined {
  if (isDeleted) return problem(404, 'the order was deleted at Autoenhance');
  if (!isMerging) return undefined;
  const detail = 'the order is merging brackets, and shows no images until that is over: make the same call again';
  return problem(409, detail, { 'retry-after': MERGING_RETRY_AFTER }, { code: 'order_merging' });
}

export function nothingToSendResponse(total: number, leftOut: readonly LeftOutImage[]): HttpResponse {
  const detail =
    total === 0
      ? 'the order has no images'
      : 'no image of the order can be sent: none is meant, or each is left out for its reason';
  return problem(422, detail, {}, { code: 'batch_refused', ...encodeLeftOut(leftOut) });
}

const NOT_BEGUN = 'nothing was begun';

/** The response to a call for an order that Autoenhance did not show. */
export function unreadOrderResponse(error: unknown): HttpResponse {
  if (!(error instanceof ProcessError)) throw error;
  // A 404 in another form than Autoenhance's may be a proxy's: it can be asked again.
  if (error.refusal?.status === 404 && !error.retryable) {
    return problem(
      404,
      'Autoenhance knows no such order, or it belongs to another account',
      {},
      { code: 'unknown_order' },
    );
  }
  const { code, message, retryable } = error;
  const repair = error.accountFault ? ': the operator of this service has to repair its account' : '';
  const detail = `the order could not be read, and ${NOT_BEGUN}: ${message}${repair}`;
  if (!retryable) return problem(502, detail, {}, { code });
  return problem(503, detail, { 'retry-after': RETRY_AFTER }, { code });
}
