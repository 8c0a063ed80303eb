import { describe, expect, it } from 'vitest';
import type { Pause } from '../../../../functions/core/budget/ports.ts';
import { waitForPause, waitForWindow } from '../../../../functions/core/budget/waiting.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** A day of the limit, of which half is over. */
const DAY = { start: 0, end: 24 * HOUR };
const NOW = 12 * HOUR;
const QUIET = 10 * SECOND;

describe('while the account is paused, a request waits', () => {
  const waitFor = (pause: Partial<Pause>, kind: 'paused' | 'probing' = 'paused', random = 0) =>
    waitForPause({ kind, pause: { reason: 'person', detail: '', since: 0, ...pause } }, DAY, NOW, random);

  it('for a person at most a quarter of an hour, so that it goes on soon after they resume', () => {
    expect(waitFor({})).toEqual({ ms: 15 * MINUTE, waitsFor: { reason: 'person' } });
    expect(waitFor({ until: NOW + HOUR })).toEqual({
      ms: 15 * MINUTE,
      waitsFor: { reason: 'person', until: NOW + HOUR },
    });
    expect(waitFor({ until: NOW + MINUTE }).ms).toBe(MINUTE);
  });

  it('for the limit until it begins anew, at most 11 hours, and a little apart from the others', () => {
    const limit = { reason: 'daily_limit', until: NOW + HOUR } as const;
    expect(waitFor(limit)).toEqual({ ms: HOUR + QUIET, waitsFor: limit });
    expect(waitFor(limit, 'paused', 0.5).ms).toBe(HOUR + QUIET + 5 * SECOND);
    expect(waitFor({ ...limit, until: NOW + 12 * HOUR }).ms).toBe(11 * HOUR);
  });

  it('for another call that probes half a minute', () => {
    expect(waitFor({ reason: 'daily_limit' }, 'probing').ms).toBe(30 * SECOND);
  });
});

describe('where nothing is left of a day, a request waits', () => {
  const waitFor = (count: { readonly isUsedUp: boolean; readonly exhaustedAt?: number }, now = NOW, random = 0) =>
    waitForWindow(DAY, count, now, random);

  it('until the next one, at most 11 hours', () => {
    expect(waitFor({ isUsedUp: true, exhaustedAt: 0 }, 23 * HOUR)).toEqual({
      ms: HOUR + QUIET,
      waitsFor: { reason: 'daily_limit', until: DAY.end },
    });
    expect(waitFor({ isUsedUp: true, exhaustedAt: 0 }).ms).toBe(11 * HOUR);
  });

  it('for short at first, since others may give back what they had reserved', () => {
    expect(waitFor({ isUsedUp: true }).ms).toBe(30 * SECOND);
    expect(waitFor({ isUsedUp: true, exhaustedAt: NOW - 69 * SECOND }).ms).toBe(30 * SECOND);
    expect(waitFor({ isUsedUp: true, exhaustedAt: NOW - 70 * SECOND }).ms).toBe(11 * HOUR);
  });

  it('if it is bulk that has used up its share, until it may take the rest', () => {
    const released = 22 * HOUR;
    expect(waitFor({ isUsedUp: false }, released - HOUR, 0.5)).toEqual({
      ms: HOUR + 5 * SECOND,
      waitsFor: { reason: 'daily_limit', until: released },
    });
    expect(waitFor({ isUsedUp: false }, released).ms).toBe(2 * HOUR + QUIET);
  });
});

it('in a very short window each wait is short', () => {
  const window = { start: HOUR, end: HOUR + 20 * SECOND };
  const pause = { reason: 'daily_limit', detail: '', since: 0 } as const;
  expect(waitForPause({ kind: 'probing', pause }, window, HOUR, 0).ms).toBe(SECOND);
  expect(waitForWindow(window, { isUsedUp: true, exhaustedAt: HOUR - MINUTE * 2 }, HOUR + 10 * SECOND, 1).ms).toBe(
    12 * SECOND,
  );
});
