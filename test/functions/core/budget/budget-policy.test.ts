import { describe, expect, it } from 'vitest';
import { bulkLimit, createWindows, quietMs, releasedAt } from '../../../../functions/core/budget/budget-policy.ts';

const HOUR = 3_600_000;
const day = { start: 0, end: 24 * HOUR };

describe('the part of the limit that bulk may take', () => {
  it.each([
    [0, 90],
    [22 * HOUR - 1, 90],
    [22 * HOUR, 100],
    [24 * HOUR - 1, 100],
  ])('after %d ms of a day is %d of 100, of which a tenth is for single requests', (now, most) => {
    expect(bulkLimit(100, 0.1, day, now)).toBe(most);
  });

  it('is the whole rest in the last twelfth of any window', () => {
    expect(releasedAt({ start: 1200, end: 2400 })).toBe(2300);
  });
});

it('no call begins within 10 s of a reset, or a twentieth of a very short window', () => {
  expect([quietMs(day), quietMs({ start: 60_000, end: 66_000 })]).toEqual([10_000, 300]);
});

it('the current window is the one that a moment is in, also when the clock goes back', () => {
  const currentWindow = createWindows({ everyMs: 1000 });
  const starts = [500, 999, 1000, 2500, 1999].map((now) => currentWindow(now).start);
  expect(starts).toEqual([0, 0, 1000, 2000, 1000]);
});
