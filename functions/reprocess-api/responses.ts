import { type Completion, completionType } from '../core/completion/completion.ts';
import { parseJson } from '../core/json.ts';
import { encodeResult, isoTime, isoTimeIfAny } from '../core/outcome/encode-result.ts';
import type { Failed, Outcome } from '../core/outcome/outcome.ts';
import type { LedgerItem, LedgerSummary, Page } from '../core/ports.ts';
import type { Accepted } from '../core/request/accept-request.ts';
import { requestWarnings } from '../core/request/request-warnings.ts';
import { type HttpResponse, jsonResponse, problem, textResponse } from '../lambda/http.ts';
import type { BadRequest } from './bad-request.ts';
import { isNearlyWebhook, KNOWN_ROUTES } from './routes.ts';

/** What its caller asked for beside the request. */
export interface Wishes {
  /** What was heeded of `Prefer` (RFC 7240). */
  readonly applied: readonly string[];
  /** Whether a response that would come too late is an error. */
  readonly failsLate: boolean;
  /** Whether the same call again is the same request. */
  readonly isRepeatable: boolean;
}

/** The response to a request that was handed over: the endpoint's own where there is one. */
export function acceptedResponse(accepted: Accepted, { applied, failsLate, isRepeatable }: Wishes): HttpResponse {
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
  if (failsLate) {
    const detail = `the outcome is not known yet; the request is queued and will be carried out: read it at ${location}, ${isRepeatable ? ASK_AGAIN : SEND_NO_MORE}`;
    return problem(504, detail, { ...headers, location }, { request_id: item.requestId });
  }
  return jsonResponse(202, encodeItem(item), { ...headers, location, 'retry-after': '2' });
}

const ASK_AGAIN = 'or send the same call again under the same Idempotency-Key';
const SEND_NO_MORE = 'and do not send it again, since that would be another request';
const REUSED = 'this Idempotency-Key was used before for another image or body: give every request a key of its own';

function outcomeResponse(outcome: Outcome, { imageId }: LedgerItem, headers: Record<string, string>): HttpResponse {
  if (outcome.kind === 'failed') return failureResponse(outcome, headers);
  // The endpoint acted, but what it said could not be read: the image's id is all that is known of its record.
  return textResponse(200, outcome.response ?? JSON.stringify({ image_id: imageId }), headers);
}

/** Failures that the endpoint spoke of itself; the others have statuses of our own. */
const ENDPOINTS_OWN = ['not_found', 'invalid_preferences', 'refused'];
const STATUSES: Readonly<Record<string, number>> = { request_id_reused: 409, expired: 410, gave_up: 502, refused: 502 };

function failureResponse({ error, attempts }: Failed, headers: Record<string, string>): HttpResponse {
  const { code, status = 0, detail } = error;
  if (ENDPOINTS_OWN.includes(code) && status >= 400 && status < 500)
    return textResponse(status, endpointBody(error), headers);
  return problem(STATUSES[code] ?? 500, detail, headers, { code, attempts, may_have_acted: error.mayHaveActed });
}

/** The endpoint's refusal in its own words, or in its form where its words were no JSON. */
function endpointBody({ endpoint, title, detail }: Failed['error']): string {
  try {
    parseJson(endpoint ?? '');
    return endpoint ?? '';
  } catch {
    return JSON.stringify({ message: title, detail });
  }
}

/** A request as its partner may read it: 200 whatever became of it. */
export function requestResponse(item: LedgerItem): HttpResponse {
  return jsonResponse(200, encodeItem(item));
}

export function unknownRequestResponse(): HttpResponse {
  return problem(404, 'there is no such request of yours; a request can be read for 14 days');
}

export function listResponse({ items, cursor }: Page): HttpResponse {
  return jsonResponse(200, { requests: items.map(encodeSummary), next_cursor: cursor });
}

export function badRequestResponse({ status, message, fields }: BadRequest): HttpResponse {
  return status === 422 ? jsonResponse(422, { message: 'Validation error', detail: fields }) : problem(status, message);
}

export function unknownRouteResponse(method: string, path: string): HttpResponse {
  const there = isNearlyWebhook(path)
    ? 'the webhook is POST /webhooks/autoenhance, to the letter'
    : `there are ${KNOWN_ROUTES}`;
  return problem(404, `there is no ${method} ${path.slice(0, 200)}; ${there}`);
}

export function healthResponse(): HttpResponse {
  return jsonResponse(200, { status: 'ok' });
}

function encodeSummary(summary: LedgerSummary) {
  const { requestId, imageId, state, source, acceptedAt, attempts, nextAttemptAt, errorCode, completedAt } = summary;
  return {
    request_id: requestId,
    image_id: imageId,
    state,
    source,
    accepted_at: isoTime(acceptedAt),
    attempts,
    next_attempt_at: isoTimeIfAny(nextAttemptAt),
    error_code: errorCode,
    completed_at: isoTimeIfAny(completedAt),
  };
}

function encodeItem(item: LedgerItem) {
  const { outcome, preferences, lastError, completion } = item;
  const result =
    outcome === undefined ? { last_error: lastError } : { ended_at: isoTime(outcome.at), ...encodeResult(outcome) };
  const errorCode = outcome?.kind === 'failed' ? outcome.error.code : undefined;
  return {
    ...encodeSummary({ ...item, ...(errorCode !== undefined && { errorCode }) }),
    not_after: isoTimeIfAny(item.notAfter),
    api_version: item.apiVersion,
    preferences,
    ...result,
    warnings: warningsOf(item, outcome),
    ...(completion && encodeCompletion(completion)),
  };
}

function encodeCompletion(completion: Completion) {
  const { at, confirmed, status, statusReason, isAmbiguous } = completion;
  const ambiguous = isAmbiguous ? true : undefined;
  const told = { event: completionType(completion), confirmed, status, status_reason: statusReason, ambiguous };
  return { completed_at: isoTime(at), completion: told };
}

function warningsOf({ preferences }: LedgerItem, outcome: Outcome | undefined): readonly string[] {
  return outcome?.warnings ?? requestWarnings(preferences);
}

/** A list of strings as RFC 9651 writes them: in quotes, in ASCII. */
function warningHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  const quoted = warnings.map((warning) => `"${warning.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`);
  return { 'reprocess-warning': quoted.join(', ') };
}
