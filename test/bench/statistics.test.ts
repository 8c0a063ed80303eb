import { describe, expect, it } from 'vitest';
import { jainIndex, median, percentile, spread } from '../../bench/statistics.ts';

describe('samples', () => {
  const samples = [50, 10, 40, 20, 30];

  it('are sorted as numbers before one is picked', () => {
    expect(median([100, 9, 20])).toBe(20);
    expect(percentile(samples, 95)).toBe(50);
  });

  it('are as far apart as their middle half is, measured by their median', () => {
    expect(spread(samples)).toBeCloseTo(20 / 30);
    expect(spread([7, 7, 7])).toBe(0);
  });
});

describe('Jain’s index', () => {
  it('is 1 when all have the same, and one over their number when one has everything', () => {
    expect(jainIndex([3, 3, 3])).toBe(1);
    expect(jainIndex([9, 0, 0])).toBeCloseTo(1 / 3);
  });
});
