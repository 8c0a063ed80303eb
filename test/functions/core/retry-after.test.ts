import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { retryAfterMs } from '../../../functions/core/retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['99999999999999999999', 3_600_000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sunday, 22-Nov-26 10:00:30 GMT', 30_000],
    ['Sun Nov 22 10:00:30 2026', 30_000],
    ['Mon, 23 Nov 2026 10:00:00 GMT', 3_600_000],
    ['292.05', 293_000],
    ['0.2', 1_000],
    ['1.5', 2_000],
    ['"30"', 30_000],
    ['5 seconds', 5_000],
    ['5s', 5_000],
    ['250ms', 1_000],
    ['2 minutes', 120_000],
    ['120, 60', 120_000],
    ['60;', 60_000],
    ['30 , 120', 30_000],
    [String(NOW / 1000 + 45), 45_000],
    [String(NOW / 1000 + 44.5), 44_500],
    [String(NOW + 45_000), 45_000],
    ['Sun, 22 Nov 2026 10:00:30 UTC', 30_000],
    ['Sun, 22 Nov 2026 10:00:30 +0000', 30_000],
    ['Sun, 22 Nov 2026 11:00:30 +0100', 30_000],
    ['Sun, 22 Nov 2026 04:30:30 -0530', 30_000],
    ['Sun, 22 Nov 2026 10:00:30', 30_000],
    ['sun, 22 nov 2026 10:00:30 gmt', 30_000],
    ['22 Nov 2026 10:00:30 GMT', 30_000],
    ['2026-11-22T10:00:30Z', 30_000],
    ['2026-11-22T10:00:30.250Z', 30_000],
    ['2026-11-22T12:00:30+02:00', 30_000],
  ])('%s means %d ms', (value, expected) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(expected);
  });

  test.each([
    '',
    '-5',
    'soon',
    '5 apples',
    '22/11/2026',
    'Jan 5 2027',
    '2027-01-05',
    '2026-13-01T10:00:00Z',
    'NaN',
    'Infinity',
    '1e3',
    '0x10',
    '1000000001',
    'Sun, 31 Feb 2027 10:00:00 GMT',
    'Sun, 22 Nov 2026 25:61:61 GMT',
    'Sun, 22 Nov 2026 09:59:59 GMT',
  ])('"%s" means nothing', (value) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBeUndefined();
  });

  test.each(['Fri, 4 Dec 2026 10:00:00 GMT', 'Fri Dec  4 10:00:00 2026'])('%s has a day of one digit', (value) => {
    const date = 'Fri, 04 Dec 2026 09:59:15 GMT';
    expect(retryAfterMs({ 'retry-after': value, date }, NOW)).toBe(45_000);
  });

  test('means nothing where it is absent', () => {
    expect(retryAfterMs({}, NOW)).toBeUndefined();
  });

  test('takes a date without a zone for UTC, wherever we are', () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(new Date(NOW).getHours()).toBe(5);
    expect(retryAfterMs({ 'retry-after': 'Sun Nov 22 10:00:30 2026' }, NOW)).toBe(30_000);
  });

  test("counts a date from the response's own date, whatever our clock says", () => {
    const headers = { date: 'Sun, 22 Nov 2026 12:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 12:00:45 GMT' };
    expect(retryAfterMs(headers, NOW)).toBe(45_000);
  });

  test('counts a date from our clock when the response has none that can be read', () => {
    const headers = { date: 'yesterday', 'retry-after': 'Sun, 22 Nov 2026 10:00:45 GMT' };
    expect(retryAfterMs(headers, NOW)).toBe(45_000);
  });

  test('is an hour at the most and never negative, whatever the headers say', () => {
    const digits = fc.nat().map(String);
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString());
    const text = fc.oneof(digits, dates, fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (value, date) => {
        const ms = retryAfterMs({ 'retry-after': value, ...(date !== undefined && { date }) }, NOW);
        if (ms === undefined) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(3_600_000);
        expect(Number.isInteger(ms)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('means its seconds, for every number of them within an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3600 }), (seconds) => {
        expect(retryAfterMs({ 'retry-after': String(seconds) }, NOW)).toBe(seconds * 1000);
      }),
      { numRuns: 2000 },
    );
  });
});
