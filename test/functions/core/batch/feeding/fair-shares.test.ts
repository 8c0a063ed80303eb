import { describe, expect, it } from 'vitest';
import { jainIndex } from '../../../../../bench/statistics.ts';
import { createFairShares, type FairShares, QUANTUM } from '../../../../../functions/core/batch/feeding/fair-shares.ts';

/** Twenty owners, of whom one has 95 % of all lines. */
const owners = Array.from({ length: 20 }, (_, n) => `owner-${n}`);
const backlog = () => new Map(owners.map((owner, n) => [owner, n === 0 ? 36_100 : 100]));

/** Shares out so many lines at a time, until the small ones are done. @returns each one's lines at each moment */
function feed(lines: number, sharesNow: () => FairShares) {
  const left = backlog();
  const sent = new Map(owners.map((owner) => [owner, 0]));
  const moments: (readonly number[])[] = [];
  while (owners.slice(1).some((owner) => left.has(owner))) {
    for (const [owner, share] of sharesNow().take(lines, left)) {
      sent.set(owner, (sent.get(owner) ?? 0) + share);
      const rest = (left.get(owner) ?? 0) - share;
      if (rest === 0) left.delete(owner);
      else left.set(owner, rest);
    }
    moments.push([...sent.values()]);
  }
  return { moments, sent };
}

/** The shares of one feeder, and those of a feeder for each time. */
function oneFeeder() {
  const shares = createFairShares();
  return () => shares;
}

function manyFeeders() {
  let shares: FairShares | undefined;
  return () => {
    shares = createFairShares(shares?.turn);
    return shares;
  };
}

describe('the lines of many owners', () => {
  it.each([
    [1, 'by one feeder', oneFeeder],
    [7, 'by one feeder', oneFeeder],
    [50, 'by one feeder', oneFeeder],
    [500, 'by one feeder', oneFeeder],
    [1, 'by a feeder each', manyFeeders],
    [7, 'by a feeder each', manyFeeders],
    [50, 'by a feeder each', manyFeeders],
  ])('are shared out equally, %d at a time %s', (lines, _, feeders) => {
    const { moments, sent } = feed(lines, feeders());
    // Once each has had a turn.
    for (const shares of moments.filter((each) => Math.min(...each) > QUANTUM)) {
      expect(jainIndex(shares)).toBeGreaterThanOrEqual(0.95);
    }
    // The large one has got as much as if it were their size.
    expect(sent.get('owner-0')).toBeLessThanOrEqual(100 + Math.max(lines, QUANTUM));
    expect(owners.slice(1).map((owner) => sent.get(owner))).toEqual(Array(19).fill(100));
  });

  it('go out ten of one owner, then ten of the next', () => {
    const shares = createFairShares();
    const wants = new Map(['a', 'b', 'c'].map((owner) => [owner, 1000]));
    const taken = [25, 25].map((lines) => Object.fromEntries(shares.take(lines, wants)));
    expect(taken).toEqual([
      { a: 10, b: 10, c: 5 },
      { c: 5, a: 10, b: 10 },
    ]);
  });

  it('go on with the next owner, when the one whose turn it was has none left', () => {
    const shares = createFairShares({ owner: 'b', left: 4 });
    expect(Object.fromEntries(shares.take(12, new Map([['a', 9], ['c', 10]])))).toEqual({ c: 10, a: 2 }); // biome-ignore format: short
    expect(shares.turn).toEqual({ owner: 'a', left: 8 });
  });

  it('go to whoever has some, when there are fewer than may be sent', () => {
    const shares = createFairShares();
    expect(Object.fromEntries(shares.take(100, new Map([['a', 3], ['b', 40]])))).toEqual({ a: 3, b: 40 }); // biome-ignore format: short
    expect(shares.take(0, new Map([['a', 3]])).size).toBe(0);
    expect(shares.take(10, new Map()).size).toBe(0);
  });
});
