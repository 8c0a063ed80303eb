import type { WaitsFor } from '../core/budget/waiting.ts';
import { type Completion, completionType, hasReallyFailed } from '../core/completion/completion.ts';
import { parseJson } from '../core/json.ts';
import { encodeResult, isoTime, isoTimeIfAny } from '../core/outcome/encode-result.ts';
import type { Failed, Outcome } from '../core/outcome/outcome.ts';
import type { LedgerItem, LedgerSummary, Page } from '../core/ports.ts';
import type { FailedAttempt } from '../core/processing/failed-attempts.ts';
import type { Accepted } from '../core/request/accept-request.ts';
import { failureCodeOf, lifeOf } from '../core/request/life.ts';
import { requestWarnings } from '../core/request/request-warnings.ts';
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
  return jsonResponse(202, encodeItem(item, waitsFor), { ...headers, location, 'retry-after': '2', ...later });
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
  try {
    parseJson(endpoint ?? '');
    return endpoint ?? '';
  } catch {
    return JSON.stringify({ message: title, detail });
  }
}

/** A request for its partner. The status is 200 whatever its outcome. */
export function requestResponse(item: LedgerItem, waitsFor?: WaitsFor): HttpResponse {
  return jsonResponse(200, encodeItem(item, waitsFor));
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

function encodeSummary(summary: LedgerSummary) {
  const { requestId, imageId, state, source, acceptedAt, attempts, nextAttemptAt, completedAt } = summary;
  const { partner, batchId, upload } = summary;
  return {
    request_id: requestId,
    image_id: imageId,
    life: lifeOf(summary),
    state,
    source,
    partner,
    batch_id: batchId,
    file: upload?.file,
    line: upload?.line,
    accepted_at: isoTime(acceptedAt),
    attempts,
    next_attempt_at: isoTimeIfAny(nextAttemptAt),
    error_code: failureCodeOf(summary),
    completed_at: isoTimeIfAny(completedAt),
  };
}

function encodeItem(item: LedgerItem, waitsFor?: WaitsFor) {
  const { outcome, preferences, lastError, completion } = item;
  const result =
    outcome === undefined ? { last_error: lastError } : { ended_at: isoTime(outcome.at), ...encodeResult(outcome) };
  return {
    ...encodeSummary(summaryOf(item)),
    not_after: isoTimeIfAny(item.notAfter),
    api_version: item.apiVersion,
    preferences,
    waits_for: waitsFor && encodeWaitsFor(waitsFor),
    again_for: item.again?.requestId,
    again_as: item.againAs,
    failed_attempts: item.failedAttempts?.map(encodeFailedAttempt),
    ...result,
    warnings: warningsOf(item, outcome),
    ...(completion && encodeCompletion(completion)),
  };
}

function encodeFailedAttempt({ attempt, at, code, status, nextAttemptAt }: FailedAttempt) {
  return { attempt, at: isoTime(at), code, status, next_attempt_at: isoTime(nextAttemptAt) };
}

function summaryOf(item: LedgerItem): LedgerSummary {
  const { outcome, completion, batch } = item;
  return {
    ...item,
    ...(outcome?.kind === 'failed' && { errorCode: outcome.error.code }),
    ...(completion && { completedAt: completion.at, completionFailed: hasReallyFailed(completion) }),
    ...(completion?.isUnknown && { isUnknown: true }),
    ...(batch && { batchId: batch.batchId }),
  };
}

function encodeCompletion(completion: Completion) {
  const { at, confirmed, status, statusReason, isAmbiguous } = completion;
  const ambiguous = isAmbiguous ? true : undefined;
  const event = completionType(completion);
  const encoded = { event, confirmed, status, status_reason: statusReason, ambiguous };
  return { completed_at: isoTime(at), completion: encoded };
}

function warningsOf({ preferences }: LedgerItem, outcome: Outcome | undefined): readonly string[] {
  return outcome?.warnings ?? requestWarnings(preferences);
}

/** A list of strings (RFC 9651): in quotes, in ASCII. */
function warningHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  const quoted = warnings.map((warning) => `"${warning.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`);
  return { 'reprocess-warning': quoted.join(', ') };
}
