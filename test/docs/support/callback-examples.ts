import { expect } from 'vitest';
import { parseCallback } from '../../../functions/callback-api/event.ts';
import {
  callbackResponse,
  deliveriesResponse,
  partnersResponse,
  setResponse,
} from '../../../functions/callback-api/responses.ts';
import type { SetCallback } from '../../../functions/core/callback/callback.ts';
import type { DeliveryAttempt } from '../../../functions/core/callback/delivery.ts';
import type { ListedPartner } from '../../../functions/core/callback/list-partners.ts';
import { encodeEvent } from '../../../functions/core/outcome/cloud-event.ts';
import type { HttpResponse } from '../../../functions/lambda/http.ts';
import { httpEvent } from '../../support/http-event.ts';
import type { Json } from './contract.ts';
import type { Block } from './documents.ts';

// As examples.test.ts does: each example is read as if it had come over the wire, and written again by the code that writes
// such things.

const contentOf = ({ text }: Block): Json => JSON.parse(text);
const answerOf = ({ statusCode, body = '' }: HttpResponse) => [statusCode, JSON.parse(body)];
const expected = (example: Block) => [Number(example.kind.split(' ')[1]), contentOf(example)];

function attemptOf({ at, duration_ms: durationMs, status, error, response }: Json): DeliveryAttempt {
  return { at: Date.parse(at), durationMs, status, error, response };
}

function callbackOf({ partner, url, events, secrets, ...times }: Json): SetCallback {
  return {
    partner,
    secrets: secrets.map(({ created_at: at, expires_at: until }: Json) => ({
      keyId: 'first',
      salt: 'salt',
      createdAt: Date.parse(at),
      ...(until !== null && { expiresAt: Date.parse(until) }),
    })),
    target: targetOf({ url, events, ...times }),
  };
}

function targetOf({ url, events, failing_since: since, paused, ...times }: Json): SetCallback['target'] {
  return {
    url,
    events,
    createdAt: Date.parse(times.created_at),
    updatedAt: Date.parse(times.updated_at),
    ...(since !== null && { failingSince: Date.parse(since) }),
    ...(paused !== null && { paused: { at: Date.parse(paused.since), detail: paused.detail } }),
  };
}

function listedPartnerOf({ partner: name, role, limits, callback }: Json): ListedPartner {
  return {
    partner: { name, ...(role === 'operator' && { role }) },
    limits: limits === null ? undefined : limitsOf(limits),
    callback: callback === null ? undefined : listedCallbackOf(name, callback),
  };
}

const limitsOf = ({ calls_per_second: callsPerSecond, burst, batches_per_day: batchesPerDay }: Json) => ({
  callsPerSecond,
  burst,
  batchesPerDay,
});

function listedCallbackOf(partner: string, { host, recent, ...state }: Json): ListedPartner['callback'] {
  return {
    partner,
    secrets: [],
    target: targetOf({ url: `https://${host}/hooks/reprocess`, ...state }),
    recent: {
      count: recent.deliveries,
      failing: recent.failing,
      givenUp: recent.given_up,
      deliveredAt: Date.parse(recent.delivered_at),
      failedAt: Date.parse(recent.failed_at),
    },
  };
}

export const CALLBACK_CHECKS: Readonly<Record<string, (example: Block) => unknown>> = {
  'new-callback'(example) {
    const event = httpEvent({ method: 'PUT', path: '/v3/callback', body: example.text });
    expect(parseCallback(event, 'public')).toEqual(contentOf(example));
  },
  callback(example) {
    const { secret, ...wire } = contentOf(example);
    const callback = callbackOf(wire);
    const now = Date.parse(wire.updated_at);
    const answer =
      secret === undefined ? callbackResponse(callback, now) : setResponse({ kind: 'set', callback, secret }, now);
    expect(answerOf(answer)).toEqual(expected(example));
  },
  'callback-problem'(example) {
    const { test, secret } = contentOf(example);
    expect(answerOf(setResponse({ kind: 'refused', attempt: attemptOf(test), secret }, 0))).toEqual(expected(example));
  },
  deliveries(example) {
    const { deliveries } = contentOf(example);
    const page = deliveries.map((wire: Json) => ({
      id: wire.id,
      partner: 'acme',
      eventId: wire.event_id,
      type: wire.type,
      subject: wire.subject,
      at: Date.parse(wire.time),
      payload: '{}',
      state: wire.state,
      attempts: wire.attempts,
      lastAttempts: wire.last_attempts.map(attemptOf),
      nextAttemptAt: Date.parse(wire.next_attempt_at),
    }));
    expect(answerOf(deliveriesResponse({ deliveries: page }))).toEqual(expected(example));
  },
  partners(example) {
    const { partners } = contentOf(example);
    expect(answerOf(partnersResponse(partners.map(listedPartnerOf)))).toEqual(expected(example));
  },
  /** What became of a callback itself, as the results queue has it. */
  'callback-event'(example) {
    const event = contentOf(example);
    const { partner, origin, failing_since: since, detail } = event.data;
    const failing = since === undefined ? {} : { failingSince: Date.parse(since) };
    const callback = { partner, origin, detail, ...failing };
    const facts = { id: event.id, type: event.type, groupId: `callback:${partner}`, at: Date.parse(event.time) };
    expect(JSON.parse(encodeEvent({ ...facts, callback }, 'production'))).toEqual(event);
  },
};
