import { describe, expect, it } from 'vitest';
import { expiresIn, expiryOf } from '../../../../functions/core/processing/expiry.ts';
import { NOON } from '../../../support/fixtures.ts';

describe('a request that is too late to send', () => {
  const LIFETIME_MS = 60_000;

  it.each<[number | undefined, number, boolean, number]>([
    [NOON, NOON, false, 1],
    [NOON - 1, NOON, true, 0],
    [NOON - 5, NOON, true, 0],
    [undefined, NOON - LIFETIME_MS, false, 1],
    [undefined, NOON - LIFETIME_MS - 1, true, 0],
    [NOON + 100, NOON, false, 101],
    [NOON + 100_000, NOON, false, LIFETIME_MS + 1],
  ])(
    'with its end at %j, in its queue since %d, has expired: %j; it expires in %d ms',
    (notAfter, sentAt, hasExpired, ms) => {
      const request = notAfter === undefined ? {} : { notAfter };
      expect(expiryOf(request, { sentAt }, LIFETIME_MS, NOON) !== undefined).toBe(hasExpired);
      expect(expiresIn(request, { sentAt }, LIFETIME_MS, NOON)).toBe(ms);
    },
  );
});
