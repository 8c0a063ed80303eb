import { describe, expect, it } from 'vitest';
import {
  type CallbackMessage,
  deliveryOf,
  messageIdOf,
  withAttempt,
} from '../../../../functions/core/callback/delivery.ts';
import type { PostResult } from '../../../../functions/core/callback/delivery-policy.ts';
import { attemptOf, createSendCallback } from '../../../../functions/core/callback/send-callback.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const answered = (status: number, text = ''): PostResult => ({ kind: 'answered', durationMs: 7, status, text });
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

describe('a callback of whose secrets a key is gone', () => {
  const secretsOf = (...keyIds: string[]) => keyIds.map((keyId) => ({ keyId, salt: keyId, createdAt: NOON }));

  async function signaturesBy(keys: readonly string[], secrets: readonly string[]) {
    const clock = standingClock();
    const signatures: (string | undefined)[] = [];
    const sendCallback = createSendCallback({
      post: async (_url, { headers }) => {
        signatures.push(headers['webhook-signature']);
        return answered(204);
      },
      readKeys: async () => new Map(keys.map((id) => [id, id.repeat(32)])),
      clock,
    });
    const callback = { partner: 'acme', secrets: secretsOf(...secrets), url: 'https://acme.example/' };
    await sendCallback(callback, message, plentyOfTime(clock));
    return signatures;
  }

  it('is signed by the others', async () => {
    expect(await signaturesBy(['k2'], ['k2', 'k1'])).toEqual(await signaturesBy(['k2'], ['k2']));
  });

  it('is not sent when there is no other', async () => {
    await expect(signaturesBy(['k2'], ['k1', 'k0'])).rejects.toThrow('the callback keys have no k1');
  });
});

describe('an attempt in the log', () => {
  it.each<[PostResult, object]>([
    [answered(204, 'thanks'), { status: 204 }],
    [answered(500, 'x'.repeat(300)), { status: 500, error: 'the receiver answered 500', response: 'x'.repeat(200) }],
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
