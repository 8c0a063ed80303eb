import { describe, expect, it } from 'vitest';
import type { PostResult } from '../../../../functions/core/callback/delivery-policy.ts';
import { createReceiverBreakers } from '../../../../functions/core/callback/receiver-breakers.ts';
import { NOON } from '../../../support/fixtures.ts';

const answered = (status: number, more: { readonly retryAfterMs?: number } = {}): PostResult => {
  return { kind: 'answered', durationMs: 7, status, text: '', ...more };
};

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
