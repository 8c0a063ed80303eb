import { describe, expect, it } from 'vitest';
import { type PaceFacts, paceOf } from '../../../../../functions/core/batch/viewing/pace.ts';

const at = (time: string) => Date.parse(time);
/** A Saturday. */
const noon = at('2026-11-28T12:00:00Z');
const window = { start: at('2026-11-28T00:00:00Z'), end: at('2026-11-29T00:00:00Z') };
const budget = { window, limit: 500, used: 180, usedByBulk: 180, leftForBulk: 320, failed: 0 };
const facts: PaceFacts = {
  requests: 3000,
  hasRepeats: false,
  budget,
  bulkPerWindow: 500,
  callsPerSecond: 10,
  now: noon,
  keptForDays: 180,
};
const pace = (change: Partial<PaceFacts> = {}) => paceOf({ ...facts, ...change });
const unlimited = { ...budget, limit: null, leftForBulk: Number.POSITIVE_INFINITY, failed: 0 };

describe('the pace of a batch', () => {
  it('says what is left of today, and when the last image is started', () => {
    expect(pace()).toEqual({
      requests: 3000,
      limit: 500,
      leftToday: 320,
      days: 6,
      // Five windows of 500, and 180 requests of the sixth at ten a second.
      expectedEnd: at('2026-12-04T00:00:18Z'),
      sentence: "3,000 images, 320 of today's 500 left for batches: finished in about 6 days, on Friday",
    });
  });

  it('speaks of lines where an image comes more than once', () => {
    expect(pace({ requests: 4, hasRepeats: true }).sentence).toMatch(/^4 lines, 320 of/);
    expect(pace({ requests: 1, hasRepeats: true }).sentence).toMatch(/^1 line, /);
  });

  it('ends today when enough is left, as fast as calls are made', () => {
    const { expectedEnd, days, sentence } = pace({ requests: 320 });
    expect([expectedEnd, days]).toEqual([noon + 32_000, 0]);
    expect(sentence).toBe("320 images, 320 of today's 500 left for batches: finished in about 32 seconds");
  });

  it('of the last request that just fits a window ends in that window', () => {
    expect(pace({ requests: 320 + 500 }).expectedEnd).toBe(window.end + 50_000);
    expect(pace({ requests: 320 + 501 }).expectedEnd).toBe(window.end + 24 * 3600_000 + 100);
  });

  it('counts on what batches may take of a later day, not on the whole limit', () => {
    expect(pace({ requests: 320 + 500, bulkPerWindow: 450 }).expectedEnd).toBe(window.end + 24 * 3600_000 + 5_000);
  });

  it('is bound by the calls a second where the limit is higher', () => {
    const large = { ...budget, limit: 10_000_000, leftForBulk: 10_000_000, failed: 0 };
    const { expectedEnd, sentence } = pace({ requests: 864_000, budget: large, bulkPerWindow: 10_000_000 });
    expect(expectedEnd).toBe(noon + 24 * 3600_000);
    expect(sentence).toContain('finished tomorrow, on Sunday');
    // Today there is time for 432,000 calls; the last of 501 more is started the day after tomorrow.
    const later = pace({ requests: 432_501, budget: large });
    expect(later.expectedEnd).toBe(window.end + 24 * 3600_000 + 100);
  });

  it('without a limit has nothing left to tell', () => {
    const { limit, leftToday, sentence, refusal } = pace({ budget: unlimited, bulkPerWindow: Infinity });
    expect([limit, leftToday, refusal]).toEqual([null, null, undefined]);
    expect(sentence).toBe('3,000 images, no daily limit: finished in about 5 minutes');
  });

  it('begins with the next window when nothing is left', () => {
    const { leftToday, sentence } = pace({ requests: 1, budget: { ...budget, leftForBulk: 0, failed: 0 } });
    expect(leftToday).toBe(0);
    expect(sentence).toBe('1 image, none left for batches today: finished tomorrow, on Sunday');
  });

  it('never ends, and is refused, when the limit leaves nothing to batches', () => {
    const { expectedEnd, days, refusal } = pace({ budget: { ...budget, leftForBulk: 0, failed: 0 }, bulkPerWindow: 0 });
    expect([expectedEnd, days]).toEqual([null, null]);
    expect(refusal).toContain('never finished, since the daily limit leaves nothing to batches');
  });

  it('follows a window of seconds', () => {
    const short = { start: noon, end: noon + 20_000 };
    const { sentence } = pace({
      requests: 1200,
      budget: { ...budget, window: short, limit: 500, leftForBulk: 500, failed: 0 },
      callsPerSecond: 100,
    });
    expect(sentence).toBe("1,200 images, 500 of this window's 500 left for batches: finished in about 42 seconds");
  });

  it.each([
    ['later the same day', 70_000, 'finished today, at about 13:56 UTC'],
    ['in less than a week', 320 + 500 * 6, 'finished in about 6 days, on Friday'],
    ['in a week', 320 + 500 * 6 + 1, 'finished in about 7 days, on 5 December 2026'],
    ['in a week and more', 4_000, 'finished in about 8 days, on 6 December 2026'],
  ])('says the day as people do: %s', (_when, requests, text) => {
    const plenty = { ...budget, limit: 100_000, leftForBulk: 100_000, failed: 0 };
    const change = requests > 10_000 ? { budget: plenty } : {};
    expect(pace({ requests, ...change }).sentence).toContain(text);
  });

  it('takes a day of 23 hours for a day', () => {
    const spring = { start: at('2027-03-27T23:00:00Z'), end: at('2027-03-28T22:00:00Z') };
    const { sentence } = pace({ budget: { ...budget, window: spring }, now: at('2027-03-28T12:00:00Z') });
    expect(sentence).toContain("320 of today's 500 left for batches");
  });
});

describe('a batch whose end comes too near the expiry of its file', () => {
  it('is refused with its pace, and what to do', () => {
    const { refusal } = pace({ requests: 60_000 });
    expect(refusal).toBe(
      "60,000 images, 320 of today's 500 left for batches: finished in about 120 days, on 28 March 2027; " +
        'a batch may take 100 days, since its file is kept for 180: send fewer images, or have the daily limit raised',
    );
  });

  it('is taken up to that', () => {
    expect(pace({ requests: 320 + 500 * 99 }).refusal).toBeUndefined();
    expect(pace({ requests: 320 + 500 * 101 }).refusal).toBeDefined();
    // Half a day of calls on each day, which ends at noon.
    const half = { budget: { ...budget, limit: 432_000, leftForBulk: 432_000 }, bulkPerWindow: 432_000 };
    expect(pace({ requests: 432_000 * 101, ...half }).refusal).toBeUndefined();
    expect(pace({ requests: 432_000 * 101 + 1, ...half }).refusal).toBeDefined();
    expect(pace({ requests: 320 + 500 * 99, keptForDays: 90 }).refusal).toContain(
      'a batch may take 50 days, since its file is kept for 90',
    );
  });

  it('is taken no further where files are kept for longer, since the ledger forgets its lines', () => {
    const { refusal } = pace({ requests: 320 + 500 * 101, keptForDays: 3650 });
    expect(refusal).toContain('a batch may take 100 days, since its lines are kept for 180');
  });
});
