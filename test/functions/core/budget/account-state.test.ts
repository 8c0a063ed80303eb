import { describe, expect, it } from 'vitest';
import { createAccountState } from '../../../../functions/core/budget/account-state.ts';
import type { BudgetWindow, Count, StoredPause } from '../../../../functions/core/budget/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const HOUR = 3_600_000;
const WINDOW = { start: NOON, end: NOON + HOUR };
const settings = { limit: 100, reset: { everyMs: HOUR }, interactiveShare: 0.1 };

/** An account of which so much is used in each window. */
function open(count: Partial<Count>, pause: StoredPause = {}, limit: number | null = settings.limit) {
  const clock = standingClock();
  const reads: BudgetWindow[] = [];
  const read = async (window: BudgetWindow) => {
    reads.push(window);
    return { used: 0, usedByBulk: 0, failed: 0, ...count };
  };
  const pauses = { read: async () => pause };
  const account = createAccountState({ budgets: { read }, pauses, settings: { ...settings, limit }, clock });
  return { account, reads, limits: plentyOfTime(clock) };
}

describe('an account is paused', () => {
  it('when its limit is used up, until it begins anew', async () => {
    const { account, limits } = open({ used: 100, exhaustedAt: NOON + 7 });
    expect(await account.pause(limits)).toEqual({
      ...{ reason: 'daily_limit', since: NOON + 7, until: WINDOW.end },
      detail: 'the daily limit of 100 is used up',
    });
    expect(await open({ used: 99 }).account.pause(limits)).toBeUndefined();
  });

  it('by a person whatever is left of the limit', async () => {
    const { account, limits } = open({ used: 100 }, { person: { detail: 'the bill', since: NOON } });
    expect(await account.pause(limits)).toEqual({ reason: 'person', detail: 'the bill', since: NOON });
  });

  it('never for a limit that it has not, and then nothing is read', async () => {
    const { account, reads, limits } = open({ used: 1000 }, {}, null);
    expect(await account.pause(limits)).toBeUndefined();
    expect(await account.budget(limits)).toMatchObject({ limit: null, leftForBulk: Number.POSITIVE_INFINITY });
    expect(reads).toEqual([]);
  });
});

describe('of an account is known', () => {
  it('what is left to batches now', async () => {
    const { account, limits } = open({ used: 50, usedByBulk: 30 });
    expect(await account.budget(limits)).toMatchObject({ window: WINDOW, used: 50, usedByBulk: 30, leftForBulk: 50 });
    const bulk = open({ used: 80, usedByBulk: 80 });
    expect(await bulk.account.budget(limits)).toMatchObject({ leftForBulk: 10 });
  });

  it('what was used in the windows before, by the limit that they had', async () => {
    const { account, reads, limits } = open({ used: 70, limit: 80 });
    expect(await account.history(2, limits)).toMatchObject([
      { limit: 80, used: 70, leftForBulk: 0 },
      { limit: 80, used: 70, leftForBulk: 0 },
    ]);
    expect(reads.map(({ start }) => start)).toEqual([NOON - HOUR, NOON - 2 * HOUR]);
    const before = open({ used: 70 });
    expect(await before.account.history(1, before.limits)).toMatchObject([{ limit: null, leftForBulk: 0 }]);
  });
});
