import type { WaitsFor } from '../core/budget/waiting.ts';
import { isJson } from '../core/json.ts';
import type { Failed, Outcome } from '../core/outcome/outcome.ts';
import type { LedgerItem } from '../core/ports.ts';
import type { Accepted } from '../core/request/accept-request.ts';
import { encodeItem, encodeSummary, warningsOf } from '../core/request/encode-request.ts';
import type { Page } from '../core/request/request-lists.ts';
import type { Retried } from '../core/request/retry-request.ts';
import type { BadRequest } from '../lambda/bad-request.ts';
import { type HttpResponse, jsonResponse, problem, textResponse } from '../lambda/http.ts';
import { encodeWaitsFor } from './account.ts';

export interface ResponseOptions {
  /** For `Preference-Applied` (RFC 7240). */
  readonly applied: readonly string[];
  /** Whether the response is a 504 while the outcome is not known. */
  readonly failsLate: boolean;
  /** Whether the same call, sent again, is the same request. */
  readonly isIdempotent: boolean;
  /** Of a request that has not ended, while the account is paused. */
  readonly waitsFor?: WaitsFor;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** The response to a submitted request: the endpoint's own if there is one. */
export function acceptedResponse(
  accepted: Accepted,
  { applied, failsLate, isIdempotent, waitsFor, retryAfter }: ResponseOptions,
): HttpResponse {
  if (accepted.kind === 'reused') return problem(409, REUSED);
  const { item } = accepted;
  const outcome = accepted.kind === 'ended' ? accepted.outcome : undefined;
  const headers = {
    'reprocess-request-id': item.requestId,
    ...warningHeader(warningsOf(item, outcome)),
    ...(applied.length > 0 && { 'preference-applied': applied.join(', ') }),
  };
  if (outcome !== undefined) return outcomeResponse(outcome, item, headers);
  const location = `/v3/requests/${item.requestId}`;
  const later = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  if (failsLate) {
    const detail = `the outcome is not known yet; the request is queued and will be processed: read it at ${location}, ${isIdempotent ? SEND_AGAIN : DO_NOT_SEND_AGAIN}`;
    return problem(504, detail, { ...headers, location, ...later }, { request_id: item.requestId });
  }
  return jsonResponse(202, encodeItem(item, waitsFor && encodeWaitsFor(waitsFor)), {
    ...headers,
    location,
    'retry-after': '2',
    ...later,
  });
}

const SEND_AGAIN = 'or send the same call again with the same Idempotency-Key';
const DO_NOT_SEND_AGAIN = 'and do not send it again, because that would be another request';
const REUSED = 'Idempotency-Key was used before for another image, body or API version: give every request its own key';

function outcomeResponse(outcome: Outcome, { imageId }: LedgerItem, headers: Record<string, string>): HttpResponse {
  if (outcome.kind === 'failed') return failureResponse(outcome, headers);
  // The endpoint acted, but its response could not be read. Of the image's record, only the id is known.
  return textResponse(200, outcome.response ?? JSON.stringify({ image_id: imageId }), headers);
}

/** Failures with the endpoint's own status, which is a 4xx, and its body. The others have a status of ours. */
const ENDPOINTS_OWN = ['not_found', 'invalid_preferences', 'refused'];
const STATUSES: Readonly<Record<string, number>> = { expired: 410, gave_up: 502 };

function failureResponse({ error, attempts }: Failed, headers: Record<string, string>): HttpResponse {
  const { code, status, detail } = error;
  if (status !== undefined && ENDPOINTS_OWN.includes(code)) return textResponse(status, endpointBody(error), headers);
  return problem(STATUSES[code] ?? 500, detail, headers, { code, attempts, may_have_acted: error.mayHaveActed });
}

/** The endpoint's own body, or one of the same form if it was not JSON. */
function endpointBody({ endpoint, title, detail }: Failed['error']): string {
  return endpoint !== undefined && isJson(endpoint) ? endpoint : JSON.stringify({ message: title, detail });
}

/** A request for its partner. The status is 200 whatever its outcome. */
export function requestResponse(item: LedgerItem, waitsFor?: WaitsFor): HttpResponse {
  return jsonResponse(200, encodeItem(item, waitsFor && encodeWaitsFor(waitsFor)));
}

export function unknownRequestResponse(): HttpResponse {
  return problem(404, 'you have no request with this id; a request can be read for 14 days');
}

/** The response to a call that has a failed request sent again. */
export function retryResponse(retried: Retried): HttpResponse {
  switch (retried.kind) {
    case 'not_failed': {
      const detail = `only a request that failed can be sent again, and this one is ${retried.life}`;
      return problem(409, detail, {}, { code: 'not_failed', life: retried.life });
    }
    case 'superseded': {
      const detail = 'there is a newer request of its image: sending this one again would undo what that one asks for';
      return problem(409, detail, {}, { code: 'superseded' });
    }
    case 'accepted':
      return resentResponse(retried.accepted);
  }
}

/** Whatever came of it, the response is the new request, and not the endpoint's: nobody waits for it here. */
function resentResponse(accepted: Accepted): HttpResponse {
  if (accepted.kind === 'reused') return problem(409, REUSED);
  const { item } = accepted;
  const headers = { 'reprocess-request-id': item.requestId, location: `/v3/requests/${item.requestId}` };
  return jsonResponse(accepted.kind === 'ended' ? 200 : 202, encodeItem(item), headers);
}

export function listResponse({ items, cursor }: Page): HttpResponse {
  return jsonResponse(200, { requests: items.map(encodeSummary), next_cursor: cursor });
}

export function badRequestResponse({ status, message, fields }: BadRequest): HttpResponse {
  return status === 422 ? jsonResponse(422, { message: 'Validation error', detail: fields }) : problem(status, message);
}

export function healthResponse(): HttpResponse {
  return jsonResponse(200, { status: 'ok' });
}

/** A list of strings (RFC 9651): in quotes, in ASCII. */
function warningHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  const quoted = warnings.map((warning) => `"${warning.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`);
  return { 'reprocess-warning': quoted.join(', ') };
}
