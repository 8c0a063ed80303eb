import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LimitReset, windowAt, windowsBefore } from '../../../../functions/core/budget/window.ts';

const at = (time: string) => Date.parse(time);
const shown = (reset: LimitReset, now: string) => {
  const { start, end } = windowAt(reset, at(now));
  return [new Date(start).toISOString(), new Date(end).toISOString(), (end - start) / 3_600_000];
};
const daily = (time: string, zone: string): LimitReset => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { minute: hour * 60 + minute, zone };
};

describe('a window of the daily limit', () => {
  it.each<[string, LimitReset, string, [string, string, number]]>([
    [
      'in UTC',
      daily('00:00', 'UTC'),
      '2026-11-28T23:59:59.999Z',
      ['2026-11-28T00:00:00.000Z', '2026-11-29T00:00:00.000Z', 24],
    ],
    [
      'at its very beginning',
      daily('00:00', 'UTC'),
      '2026-11-29T00:00:00Z',
      ['2026-11-29T00:00:00.000Z', '2026-11-30T00:00:00.000Z', 24],
    ],
    [
      'before the time of day',
      daily('09:30', 'Europe/London'),
      '2026-06-10T08:00:00Z',
      ['2026-06-09T08:30:00.000Z', '2026-06-10T08:30:00.000Z', 24],
    ],
    [
      'of 23 hours',
      daily('00:00', 'America/New_York'),
      '2026-03-08T12:00:00Z',
      ['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z', 23],
    ],
    [
      'of 25 hours',
      daily('00:00', 'America/New_York'),
      '2026-11-01T12:00:00Z',
      ['2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z', 25],
    ],
    [
      'that begins when the clock skips its time',
      daily('02:30', 'Europe/Berlin'),
      '2026-03-29T12:00:00Z',
      ['2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z', 23],
    ],
    [
      'that begins when its time comes twice',
      daily('02:30', 'Europe/Berlin'),
      '2026-10-25T12:00:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z', 25],
    ],
    [
      'between the two',
      daily('02:30', 'Europe/Berlin'),
      '2026-10-25T01:45:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z', 25],
    ],
    [
      'where midnight is skipped',
      daily('00:00', 'America/Santiago'),
      '2026-09-06T12:00:00Z',
      ['2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z', 23],
    ],
    [
      'where half an hour is skipped',
      daily('02:15', 'Australia/Lord_Howe'),
      '2026-10-04T00:00:00Z',
      ['2026-10-03T15:45:00.000Z', '2026-10-04T15:15:00.000Z', 23.5],
    ],
    [
      'where a whole date was skipped',
      daily('12:00', 'Pacific/Apia'),
      '2011-12-30T21:00:00Z',
      ['2011-12-29T22:00:00.000Z', '2011-12-30T22:00:00.000Z', 24],
    ],
    [
      'of some seconds',
      { everyMs: 6000 },
      '2026-11-28T00:00:07Z',
      ['2026-11-28T00:00:06.000Z', '2026-11-28T00:00:12.000Z', 6 / 3600],
    ],
  ])('%s', (_, reset, now, expected) => {
    expect(shown(reset, now)).toEqual(expected);
  });

  it('contains its moment, and follows the one before without a gap', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/Sao_Paulo',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    ];
    const moment = fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });
    const reset = fc.record({ minute: fc.integer({ min: 0, max: 1439 }), zone: fc.constantFrom(...zones) });
    fc.assert(
      fc.property(reset, moment, (given, now) => {
        const window = windowAt(given, now);
        const [before] = windowsBefore(given, window, 1);
        expect(window.start <= now && now < window.end).toBe(true);
        expect(before?.end).toBe(window.start);
        expect(windowAt(given, window.start)).toEqual(window);
        expect(windowAt(given, window.end - 1)).toEqual(window);
        expect(Math.abs(window.end - window.start - 86_400_000)).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: 300 },
    );
  });

  it('is one of the last fourteen on a day on which the clock was changed', () => {
    const reset = daily('00:00', 'Europe/Berlin');
    const windows = windowsBefore(reset, windowAt(reset, at('2026-11-01T12:00:00Z')), 14);
    expect(windows).toHaveLength(14);
    expect(windows.map(({ start, end }) => (end - start) / 3_600_000).filter((hours) => hours !== 24)).toEqual([25]);
  });
});
