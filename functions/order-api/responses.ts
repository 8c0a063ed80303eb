import type { LeftOutImage, Order } from '../core/batch/creating/order.ts';
import type { Pause } from '../core/budget/ports.ts';
import { ProcessError } from '../core/errors.ts';
import type { Picture } from '../core/image/ports.ts';
import { encodeLeftOut } from '../lambda/batch-responses.ts';
import { type HttpResponse, jsonResponse, problem, textResponse, wholeSeconds } from '../lambda/http.ts';

/** Seconds. Autoenhance merges for five minutes at most. */
const MERGING_RETRY_AFTER = '30';
const RETRY_AFTER = '30';

/** Why an order cannot be processed now; undefined when it can. */
export function refusedOrder({ isMerging, isDeleted }: Order): HttpResponse | undefined {
  if (isDeleted) return problem(404, 'the order was deleted at Autoenhance');
  if (!isMerging) return undefined;
  const detail = 'the order is merging brackets, and shows no images until that is over: make the same call again';
  return problem(409, detail, { 'retry-after': MERGING_RETRY_AFTER }, { code: 'order_merging' });
}

export function nothingToSendResponse({ images }: Order, leftOut: readonly LeftOutImage[]): HttpResponse {
  return problem(422, nothingToSend(images, leftOut), {}, { code: 'batch_refused', ...encodeLeftOut(leftOut) });
}

function nothingToSend(images: Order['images'], leftOut: readonly LeftOutImage[]): string {
  if (images.length === 0) return 'the order has no images';
  if (leftOut.length > 0) return 'no image of the order can be sent: each is left out for its reason';
  const statuses = [...new Set(images.map(({ status = 'none' }) => status))].sort();
  return `only must fit an image of the order, and fits none: the status of its images is ${statuses.join(' or ')}`;
}

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
  return unreadResponse('the order could not be read, and nothing was begun', error);
}

/** @param what could not be done, since Autoenhance did not show something */
function unreadResponse(what: string, { code, message, retryable, accountFault }: ProcessError): HttpResponse {
  const repair = accountFault ? ': the operator of this service has to repair its account' : '';
  const detail = `${what}: ${message}${repair}`;
  if (!retryable) return problem(502, detail, {}, { code });
  return problem(503, detail, { 'retry-after': RETRY_AFTER }, { code });
}

/** An image's record, unchanged. @param record null when what came was none */
export function imageResponse(record: string | null): HttpResponse {
  if (record !== null) return textResponse(200, record);
  return problem(502, 'the image could not be read: what Autoenhance answered is no record of an image');
}

/** Opened by itself, a picture that is a document (SVG) must do nothing. */
const HARMLESS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** A picture, which the caller's browser may keep for a minute. */
export function pictureResponse({ contentType, content }: Picture): HttpResponse {
  const headers = { ...HARMLESS, 'content-type': contentType, 'cache-control': 'private, max-age=60' };
  return { statusCode: 200, headers, body: content, isBase64Encoded: true };
}

/** In the form of the endpoint, which could have sent it. */
export function unknownImageResponse(): HttpResponse {
  const detail = 'you have no request for this image, or Autoenhance has no such image or picture';
  return jsonResponse(404, { message: 'Image not found', detail });
}

export function pausedResponse({ detail, until }: Pause, now: number): HttpResponse {
  const seconds = until === undefined ? RETRY_AFTER : String(wholeSeconds(until - now));
  return problem(503, `no calls are made for the account while a person has paused it: ${detail}`, {
    'retry-after': seconds,
  });
}

/** The circuit breaker is open. @param ms until it may be tried again */
export function unavailableResponse(ms: number): HttpResponse {
  return problem(503, 'Autoenhance did not answer the last calls, so none is made for a while', {
    'retry-after': String(wholeSeconds(ms)),
  });
}

/** The response to a call for an image that Autoenhance did not show. */
export function unreadImageResponse(error: unknown): HttpResponse {
  if (!(error instanceof ProcessError)) throw error;
  if (error.refusal?.status === 404 && !error.retryable) return unknownImageResponse();
  return unreadResponse('the image could not be read', error);
}
