import { describe, expect, it } from 'vitest';
import {
  CALLBACK_WAITS_MS,
  failureOf,
  nextStep,
  type PostResult,
} from '../../../../functions/core/callback/delivery-policy.ts';

const answered = (status: number, retryAfterMs?: number): PostResult => ({
  kind: 'answered',
  durationMs: 1,
  status,
  text: '',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const SILENCE: PostResult = { kind: 'not_answered', durationMs: 1, error: 'no answer within 15 s' };
const middle = () => 0.5;

describe('a callback', () => {
  it.each([200, 201, 204, 299])('that is answered with %i is delivered', (status) => {
    expect(nextStep(answered(status), 1, middle)).toEqual({ kind: 'delivered' });
    expect(failureOf(answered(status))).toBeUndefined();
  });

  it('that is answered with 410 ends all', () => {
    expect(nextStep(answered(410), 1, middle)).toEqual({ kind: 'gone' });
  });

  it.each([answered(302), answered(400), answered(401), answered(404), answered(429), answered(500), SILENCE])(
    'is sent again after %j, and given up after eight attempts',
    (answer) => {
      const steps = Array.from({ length: 8 }, (_, index) => nextStep(answer, index + 1, middle));
      const SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
      expect(steps).toEqual([...SECONDS.map((each) => ({ kind: 'again', ms: each * 1000 })), { kind: 'given_up' }]);
      expect(failureOf(answer)).toEqual(expect.any(String));
    },
  );

  it.each([
    [300, 'the receiver answered 300: redirects are not followed'],
    [399, 'the receiver answered 399: redirects are not followed'],
    [400, 'the receiver answered 400'],
    [410, 'the receiver answered 410'],
    [500, 'the receiver answered 500'],
  ])('that is answered with %i has failed: %s', (status, why) => expect(failureOf(answered(status))).toBe(why));

  it('waits a tenth more or less by chance, and never as long as SQS hides a message at most', () => {
    expect(nextStep(SILENCE, 1, () => 0)).toEqual({ kind: 'again', ms: 4500 });
    const longest = Math.max(...CALLBACK_WAITS_MS) * 1.1;
    expect(longest).toBeLessThan(12 * 3_600_000);
  });

  it('waits for Retry-After where that is longer', () => {
    expect(nextStep(answered(429, 60_000), 1, middle)).toEqual({ kind: 'again', ms: 60_000 });
    expect(nextStep(answered(503, 1000), 2, middle)).toEqual({ kind: 'again', ms: 300_000 });
  });
});
