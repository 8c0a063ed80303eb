import { describe, expect, it } from 'vitest';
import { MAX_POINTS, type ProgressPoint } from '../../../../../functions/core/batch/batch.ts';
import { withPoint } from '../../../../../functions/core/batch/feeding/progress-points.ts';
import { NOON } from '../../../../support/fixtures.ts';

const pointAt = (at: number): ProgressPoint => ({ at, started: at, finished: 0, failed: 0 });
const timesOf = (points: readonly ProgressPoint[]) => points.map(({ at }) => at);

/** As many points as are kept, a second apart. */
const full = Array.from({ length: MAX_POINTS }, (_, index) => pointAt(NOON + index * 1000));

describe('the points of a batch', () => {
  it.each([
    [999, [0]],
    [1000, [0, 1000]],
  ])('are a second apart at least: one after %d ms', (at, times) => {
    expect(timesOf(withPoint([pointAt(0)], pointAt(at)))).toEqual(times);
  });

  it('lie further apart in an older batch', () => {
    const [first, last] = [pointAt(NOON), pointAt(NOON + MAX_POINTS * 5000)];
    expect(withPoint([first, last], pointAt(last.at + 4999))).toHaveLength(2);
    expect(withPoint([first, last], pointAt(last.at + 6000))).toHaveLength(3);
  });

  it('that become too many lose every other one, and neither the first nor the last', () => {
    const last = full.at(-1)?.at ?? 0;
    const times = timesOf(withPoint(full, pointAt(last + 1000)));
    const kept = timesOf(full).filter((_, index) => index % 2 === 0);
    expect(times).toEqual([...new Set([...kept, last + 1000])]);
    expect(times.length).toBeLessThan(MAX_POINTS);
    expect(withPoint(full.slice(0, -1), pointAt(last))).toEqual(full);
  });
});
