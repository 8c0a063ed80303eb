import { describe, expect, it } from 'vitest';
import {
  type CallbackMessage,
  deliveryOf,
  messageIdOf,
  withAttempt,
} from '../../../../functions/core/callback/delivery.ts';
import type { PostResult } from '../../../../functions/core/callback/delivery-policy.ts';
import { recentOf } from '../../../../functions/core/callback/list-partners.ts';
import { createReceiverBreakers } from '../../../../functions/core/callback/receiver-breakers.ts';
import { attemptOf, createSendCallback } from '../../../../functions/core/callback/send-callback.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const answered = (
  status: number,
  more: { readonly retryAfterMs?: number; readonly text?: string } = {},
): PostResult => ({
  ...{ kind: 'answered', durationMs: 7, status, text: '' },
  ...more,
});
const message: CallbackMessage = {
  ...{ id: messageIdOf('acme', 'http:1'), partner: 'acme', eventId: 'http:1' },
  ...{ type: 'reprocess.succeeded', subject: 'house', at: NOON, payload: '{}' },
};

describe('a callback as it is sent', () => {
  it('is JSON from this service, signed by every secret that signs now', async () => {
    const clock = standingClock(NOON + 999);
    const posted: {
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }[] = [];
    const asked: unknown[] = [];
    const sendCallback = createSendCallback({
      post: async (url, content) => {
        posted.push({ url, ...content });
        return answered(204);
      },
      readKeys: async (_limits, ids) => {
        asked.push(ids);
        return new Map([
          ['k1', 'a'.repeat(64)],
          ['k2', 'b'.repeat(64)],
        ]);
      },
      clock,
    });
    const secret = (keyId: string, expiresAt?: number) => ({
      ...{ keyId, salt: keyId, createdAt: NOON },
      ...(expiresAt !== undefined && { expiresAt }),
    });
    const secrets = [secret('k2'), secret('k1', NOON + 1000), secret('k0', NOON + 999)];
    await sendCallback({ partner: 'acme', secrets, url: 'https://acme.example/' }, message, plentyOfTime(clock));
    expect(asked).toEqual([['k2', 'k1']]);
    expect(posted).toMatchObject([{ url: 'https://acme.example/', body: '{}' }]);
    expect(posted[0]?.headers).toEqual({
      ...{ 'content-type': 'application/json', 'user-agent': 'autoenhance-reprocess' },
      ...{ 'webhook-id': message.id, 'webhook-timestamp': String(NOON / 1000) },
      'webhook-signature': expect.stringMatching(/^v1,\S+ v1,\S+$/),
    });
  });
});

describe('an attempt in the log', () => {
  it.each<[PostResult, object]>([
    [answered(204, { text: 'thanks' }), { status: 204 }],
    [
      answered(500, { text: 'x'.repeat(300) }),
      { status: 500, error: 'the receiver answered 500', response: 'x'.repeat(200) },
    ],
    [{ kind: 'not_answered', durationMs: 7, error: 'no answer within 15 s' }, { error: 'no answer within 15 s' }],
  ])('of %j says what came back, and of a success nothing more', (result, facts) => {
    expect(attemptOf(result, NOON)).toEqual({ at: NOON, durationMs: 7, ...facts });
  });

  it('is one of the last ten, and every one is counted', () => {
    let delivery = deliveryOf(message);
    for (let at = 1; at <= 12; at += 1)
      delivery = withAttempt({ ...delivery, nextAttemptAt: at }, { at, durationMs: 1 });
    expect(delivery.attempts).toBe(12);
    expect(delivery.lastAttempts.map(({ at }) => at)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(delivery).not.toHaveProperty('nextAttemptAt');
  });
});

describe('how a callback does lately', () => {
  it('is counted by what became of its deliveries', () => {
    const attempt = (at: number, error?: string) => ({ at, durationMs: 1, ...(error !== undefined && { error }) });
    const deliveries = [
      { ...deliveryOf(message), state: 'delivered' as const, lastAttempts: [attempt(1, 'no'), attempt(5), attempt(4)] },
      { ...deliveryOf(message), state: 'given_up' as const, lastAttempts: [attempt(3, 'no'), attempt(2, 'no')] },
      { ...deliveryOf(message), state: 'given_up' as const },
      deliveryOf(message),
    ];
    expect(recentOf(deliveries)).toEqual({ count: 4, failing: 1, givenUp: 2, deliveredAt: 5, failedAt: 3 });
    expect(recentOf([])).toEqual({ count: 0, failing: 0, givenUp: 0 });
  });
});

describe('a receiver', () => {
  it.each<[string, PostResult, number]>([
    ['throttles', answered(429, { retryAfterMs: 60_000 }), 60_000],
    ['is overloaded, and says for how long', answered(503, { retryAfterMs: 60_000 }), 60_000],
    ['is overloaded', answered(503), 0],
    ['fails, whatever it says', answered(500, { retryAfterMs: 60_000 }), 0],
    ['takes it', answered(204), 0],
  ])('that %s is left in peace for as long: %s', (_, result, ms) => {
    const receivers = createReceiverBreakers();
    expect(receivers.admit('acme', NOON)).toBe(0);
    receivers.observe('acme', result, NOON);
    expect([receivers.admit('acme', NOON), receivers.admit('other', NOON)]).toEqual([ms, 0]);
  });

  it('that does not answer three times in a row is left in peace, and one call tries it again', () => {
    const silence: PostResult = { kind: 'not_answered', durationMs: 1, error: 'no answer' };
    const receivers = createReceiverBreakers();
    for (const result of [silence, silence, answered(204), silence, silence]) receivers.observe('acme', result, NOON);
    expect(receivers.admit('acme', NOON)).toBe(0);
    receivers.observe('acme', silence, NOON);
    const ms = receivers.admit('acme', NOON);
    expect(ms).toBeGreaterThan(0);
    expect(receivers.admit('acme', NOON + ms)).toBe(0);
    expect(receivers.admit('acme', NOON + ms)).toBeGreaterThan(0);
  });
});
