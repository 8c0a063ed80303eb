import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { retryUntil } from '../../../functions/core/retry-until.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const away = new DependencyUnavailable('ledger', new Error('away'));

/** Tries a step that fails so often. @returns what came of it, and when it was tried */
async function attempt(failures: number, untilMs: number, error: Error = away, cut?: AbortController) {
  const clock = standingClock();
  const limits = { ...plentyOfTime(clock), ...(cut && { signal: cut.signal }) };
  const triedAt: number[] = [];
  const step = async () => {
    triedAt.push(clock.now() - NOON);
    if (triedAt.length > failures) return 'done';
    cut?.abort();
    throw error;
  };
  const result = await retryUntil(step, NOON + untilMs, clock, limits).catch((thrown: unknown) => thrown);
  return { result, triedAt };
}

describe('a step whose dependency is away', () => {
  it('is tried again after pauses that double up to two seconds', async () => {
    const { result, triedAt } = await attempt(7, 60_000);
    expect(result).toBe('done');
    expect(triedAt).toEqual([0, 100, 300, 700, 1500, 3100, 5100, 7100]);
  });

  it.each([
    [300, [0, 100]],
    [301, [0, 100, 300]],
  ])('is not tried when its time of %d ms is over', async (untilMs, times) => {
    expect(await attempt(99, untilMs)).toEqual({ result: away, triedAt: times });
  });

  it('is not tried once its invocation is cut off', async () => {
    expect((await attempt(99, 60_000, away, new AbortController())).triedAt).toEqual([0]);
  });

  it('is not tried again for a bug', async () => {
    const bug = new TypeError('a bug');
    expect(await attempt(1, 60_000, bug)).toEqual({ result: bug, triedAt: [0] });
  });
});
