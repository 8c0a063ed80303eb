import type { MiddlewareObj } from '@middy/core';
import { etagOf, matchesEtag } from '../core/etag.ts';
import type { HttpResponse } from './http.ts';
import type { PartnerEvent } from './partner-authentication.ts';
import { READ } from './paths.ts';

/**
 * Gives what a partner reads as JSON an ETag, and answers 304 to a caller who has it already. A browser may keep such a response, and
 * asks each time whether it still holds: polling costs little.
 */
export function conditionalGet(): MiddlewareObj<PartnerEvent, HttpResponse> {
  return {
    after(request) {
      const { event, response } = request;
      if (response === null || response === undefined || !isRead(event, response)) return;
      const etag = etagOf(response.body ?? '');
      const headers = { ...response.headers, etag, 'cache-control': 'private, no-cache' };
      const isKnown = matchesEtag(event.headers['if-none-match'], etag);
      request.response = isKnown ? notModified(headers) : { ...response, headers };
    },
  };
}

function isRead({ partner, requestContext }: PartnerEvent, { statusCode, headers }: HttpResponse): boolean {
  const isJson = headers['content-type'] === 'application/json';
  return partner !== undefined && READ.includes(requestContext.http.method) && statusCode === 200 && isJson;
}

/** @param headers of the response that the caller has (RFC 9110, 15.4.5) */
function notModified({ etag = '', 'cache-control': cacheControl = '' }: HttpResponse['headers']): HttpResponse {
  return { statusCode: 304, headers: { etag, 'cache-control': cacheControl }, body: '' };
}
