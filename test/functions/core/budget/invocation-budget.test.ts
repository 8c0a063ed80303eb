import { describe, expect, it } from 'vitest';
import { createWindows } from '../../../../functions/core/budget/budget-policy.ts';
import { createInvocationBudget } from '../../../../functions/core/budget/invocation-budget.ts';
import type { BudgetStore } from '../../../../functions/core/budget/ports.ts';
import { listeningLogger, listeningMetrics, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const HOUR = 3_600_000;

/** An invocation of three single requests in windows of an hour, whose limit has room for all. */
function begin() {
  const clock = standingClock(HOUR / 2);
  const steps: string[] = [];
  const budgets: Pick<BudgetStore, 'take' | 'giveBack'> = {
    async take({ window, calls }) {
      steps.push(`take ${calls.single} from ${window.start / HOUR}`);
      const reservation = { window, token: 'token', ...calls };
      return { reservation, count: { used: calls.single, usedByBulk: 0, failed: 0 }, isFirst: false };
    },
    async giveBack({ window }, { single }) {
      steps.push(`give back ${single} to ${window.start / HOUR}`);
    },
  };
  const budget = createInvocationBudget(
    {
      ...{ budgets, clock, random: () => 0, log: listeningLogger(), metrics: listeningMetrics() },
      settings: { limit: 100, reset: { everyMs: HOUR }, interactiveShare: 0 },
      currentWindow: createWindows({ everyMs: HOUR }),
    },
    { single: 3, bulk: 0 },
  );
  const limits = plentyOfTime(clock);
  return { clock, steps, take: () => budget.take('single', limits), end: () => budget.end(limits) };
}

describe('the calls of an invocation', () => {
  it('are reserved in one write, and what is left is given back in one', async () => {
    const { take, end, steps } = begin();
    await Promise.all([take(), take()]);
    await end();
    expect(steps).toEqual(['take 3 from 0', 'give back 1 to 0']);
  });

  it('that were reserved before a reset are worth nothing after it', async () => {
    const { take, end, steps, clock } = begin();
    await take();
    clock.set(HOUR + 20_000);
    expect(await take()).toMatchObject({ until: 2 * HOUR - 10_000 });
    await end();
    expect(steps).toEqual(['take 3 from 0', 'take 3 from 1', 'give back 2 to 1']);
  });

  it('do not begin near a reset, and are not reserved then', async () => {
    const { take, steps, clock } = begin();
    for (const now of [HOUR - 10_000, HOUR - 1, HOUR, HOUR + 9999]) {
      clock.set(now);
      expect(await take()).toHaveProperty('waitsFor.reason', 'daily_limit');
    }
    expect(steps).toEqual([]);
  });
});
