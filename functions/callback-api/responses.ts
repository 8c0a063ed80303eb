import { type Callback, type SetCallback, signing, type Target } from '../core/callback/callback.ts';
import type { CallbackDelivery, DeliveryAttempt } from '../core/callback/delivery.ts';
import type { ListedPartner } from '../core/callback/list-partners.ts';
import type { RotateResult, SetResult } from '../core/callback/manage-callback.ts';
import type { DeliveryPage } from '../core/callback/ports.ts';
import { isoTime, isoTimeIfAny } from '../core/outcome/encode-result.ts';
import type { PartnerLimits } from '../core/partner-keys.ts';
import { type HttpResponse, jsonResponse, problem } from '../lambda/http.ts';

export function callbackResponse(callback: SetCallback, now: number): HttpResponse {
  return jsonResponse(200, encodeCallback(callback, now));
}

/** @param secret of a new callback; never shown again */
function encodeCallback({ partner, secrets, target }: SetCallback, now: number, secret?: string) {
  const { url, createdAt, updatedAt } = target;
  return {
    partner,
    url,
    ...encodeState(target),
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
    ...encodeSecrets({ secrets }, now),
    secret,
  };
}

function encodeState({ events, failingSince, paused }: Target) {
  return {
    events,
    state: paused === undefined ? 'active' : 'paused',
    paused: paused === undefined ? null : { since: isoTime(paused.at), detail: paused.detail },
    failing_since: isoTimeIfAny(failingSince) ?? null,
  };
}

export function partnersResponse(partners: readonly ListedPartner[]): HttpResponse {
  return jsonResponse(200, { partners: partners.map(encodePartner) });
}

function encodePartner({ partner: { name, role }, limits, callback }: ListedPartner) {
  return {
    partner: name,
    role: role ?? 'partner',
    limits: limits ? encodeLimits(limits) : null,
    callback: callback ? encodeListed(callback) : null,
  };
}

function encodeLimits({ callsPerSecond, burst, batchesPerDay }: PartnerLimits) {
  return { calls_per_second: callsPerSecond, burst, batches_per_day: batchesPerDay };
}

/** Without the rest of its URL, whose path may be a secret. */
function encodeListed({ target, recent }: NonNullable<ListedPartner['callback']>) {
  const { count, failing, givenUp, deliveredAt, failedAt } = recent;
  return {
    host: new URL(target.url).host,
    ...encodeState(target),
    recent: {
      deliveries: count,
      failing,
      given_up: givenUp,
      delivered_at: isoTimeIfAny(deliveredAt) ?? null,
      failed_at: isoTimeIfAny(failedAt) ?? null,
    },
  };
}

/** When each was made, and until when it signs; never what it is. */
function encodeSecrets({ secrets }: Pick<Callback, 'secrets'>, now: number) {
  const encode = ({ createdAt, expiresAt }: Callback['secrets'][number]) => ({
    created_at: isoTime(createdAt),
    expires_at: isoTimeIfAny(expiresAt) ?? null,
  });
  return { secrets: signing(secrets, now).map(encode) };
}

function encodeAttempt({ at, durationMs, status, error, response }: DeliveryAttempt) {
  return { at: isoTime(at), duration_ms: durationMs, status: status ?? null, error: error ?? null, response };
}

const LEARN_SECRET =
  ': if the receiver checks signatures, give it this secret and make the same call again; it stays the same until the callback is set';

export function setResponse(result: SetResult, now: number): HttpResponse {
  if (result.kind === 'conflict') return conflictResponse();
  if (result.kind === 'set') {
    const { callback, secret } = result;
    return jsonResponse(secret === undefined ? 200 : 201, encodeCallback(callback, now, secret));
  }
  const { attempt, secret } = result;
  // It cannot be the signature where nothing was answered.
  const advice = secret === undefined || attempt.status === undefined ? '' : LEARN_SECRET;
  const detail = `the callback is not set, since its test failed: ${attempt.error}${advice}`;
  const more = { code: 'callback_test_failed', test: encodeAttempt(attempt), secret };
  return problem(422, detail, {}, more);
}

export function testResponse(attempt: DeliveryAttempt): HttpResponse {
  return jsonResponse(200, { delivered: attempt.error === undefined, ...encodeAttempt(attempt) });
}

export function rotateResponse(result: RotateResult, now: number): HttpResponse {
  if (result.kind === 'conflict') return conflictResponse();
  if (result.kind === 'too_many') {
    const detail = 'four secrets sign already: wait until one ends, or delete the callback and set it again';
    return problem(409, detail, {}, { code: 'too_many_secrets' });
  }
  return jsonResponse(200, { secret: result.secret, ...encodeSecrets(result.callback, now) });
}

export function deliveriesResponse({ deliveries, cursor }: DeliveryPage): HttpResponse {
  return jsonResponse(200, { deliveries: deliveries.map(encodeDelivery), next_cursor: cursor ?? null });
}

export function deliveryResponse(delivery: CallbackDelivery): HttpResponse {
  return jsonResponse(200, encodeDelivery(delivery));
}

function encodeDelivery(delivery: CallbackDelivery) {
  const { id, eventId, type, subject, at, state, attempts, lastAttempts, nextAttemptAt } = delivery;
  return {
    id,
    event_id: eventId,
    type,
    subject,
    time: isoTime(at),
    state,
    attempts,
    next_attempt_at: (state === 'waiting' && isoTimeIfAny(nextAttemptAt)) || null,
    last_attempts: lastAttempts.map(encodeAttempt),
  };
}

export function removedResponse(): HttpResponse {
  return { statusCode: 204, headers: { 'cache-control': 'no-store' }, body: '' };
}

export function noCallbackResponse(): HttpResponse {
  return problem(404, 'there is no callback: set one with PUT /v3/callback');
}

export function unknownPartnerResponse(partner: string): HttpResponse {
  return problem(404, `there is no partner ${partner}: GET /v3/partners lists them`);
}

export function unknownDeliveryResponse(): HttpResponse {
  return problem(404, 'there is no such delivery; the log keeps them for 14 days');
}

function conflictResponse(): HttpResponse {
  return problem(409, 'the callback was changed at the same time: make the same call again', {}, { code: 'conflict' });
}
