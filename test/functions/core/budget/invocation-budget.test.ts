import { describe, expect, it } from 'vitest';
import { createWindows } from '../../../../functions/core/budget/budget-policy.ts';
import { createInvocationBudget, type Kind } from '../../../../functions/core/budget/invocation-budget.ts';
import type { BudgetStore, Calls } from '../../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const HOUR = 3_600_000;

/** `3` single ones, or `1+2` with those of batches. */
const told = ({ single, bulk }: Calls) => (bulk === 0 ? `${single}` : `${single}+${bulk}`);

interface Surroundings {
  /** Calls that the window has used; room for all three, unless it is said otherwise. */
  readonly used?: number;
  /** Whether nobody found the window used up before. */
  readonly isFirst?: boolean;
  readonly giveBack?: BudgetStore['giveBack'];
  readonly takeFails?: Error[];
  /** Of the three, those that are lines of batches. */
  readonly bulk?: number;
}

/** An invocation of three requests in windows of an hour, with a limit of 100. */
function begin({ used, isFirst = false, giveBack, takeFails = [], bulk = 0 }: Surroundings = {}) {
  const clock = standingClock(HOUR / 2);
  const steps: string[] = [];
  const budgets: Pick<BudgetStore, 'take' | 'giveBack'> = {
    async take({ window, calls }) {
      const error = takeFails.pop();
      if (error !== undefined) throw error;
      steps.push(`take ${told(calls)} from ${window.start / HOUR}`);
      const taken = used === undefined ? calls : { single: 0, bulk: 0 };
      const reservation = { window, token: 'token', ...taken };
      return { reservation, count: { used: used ?? calls.single + calls.bulk, usedByBulk: 0, failed: 0 }, isFirst };
    },
    async giveBack(reservation, unused, limits) {
      await giveBack?.(reservation, unused, limits);
      steps.push(`give back ${told(unused)} to ${reservation.window.start / HOUR}`);
    },
  };
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const budget = createInvocationBudget(
    {
      ...{ budgets, clock, random: () => 0, log, metrics },
      settings: { limit: 100, reset: { everyMs: HOUR }, interactiveShare: 0 },
      currentWindow: createWindows({ everyMs: HOUR }),
    },
    { single: 3 - bulk, bulk },
  );
  const limits = plentyOfTime(clock);
  return {
    clock,
    steps,
    log,
    counted: metrics.values,
    take: (kind: Kind = 'single') => budget.take(kind, limits),
    end: () => budget.end(limits),
  };
}

describe('the calls of an invocation', () => {
  it('are reserved in one write, and what is left is given back in one', async () => {
    const { take, end, steps } = begin();
    await Promise.all([take(), take()]);
    await end();
    expect(steps).toEqual(['take 3 from 0', 'give back 1 to 0']);
  });

  it.each([
    [3, ['bulk'], ['take 0+3 from 0', 'give back 0+2 to 0']],
    [2, ['single', 'bulk'], ['take 1+2 from 0', 'give back 0+1 to 0']],
    [1, ['bulk'], ['take 2+1 from 0', 'give back 2 to 0']],
    [1, ['single', 'single', 'bulk'], ['take 2+1 from 0']],
  ] as const)('of which %d are of batches are given back by their kinds, after %j', async (bulk, kinds, expected) => {
    const { take, end, steps } = begin({ bulk });
    for (const kind of kinds) await take(kind);
    await end();
    expect(steps).toEqual(expected);
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
    for (const [now, until] of [
      [HOUR - 10_000, HOUR],
      [HOUR - 1, HOUR],
      [HOUR, HOUR + 10_000],
      [HOUR + 9999, HOUR + 10_000],
    ] as const) {
      clock.set(now);
      expect(await take()).toEqual({ ms: HOUR + 10_000 - now, waitsFor: { reason: 'daily_limit', until } });
    }
    expect(steps).toEqual([]);
  });

  it('are counted as a part of the limit, in percent', async () => {
    const { take, counted, log } = begin();
    await take();
    expect([counted, log.lines]).toEqual([[['BudgetUsed', 3]], []]);
  });

  it('are none where the limit is used up, of which the first to find it tells', async () => {
    const { take, end, steps, counted, log } = begin({ used: 100, isFirst: true });
    expect(await take()).toMatchObject({ waitsFor: { reason: 'daily_limit', until: HOUR } });
    expect(counted).toEqual([
      ['BudgetUsed', 100],
      ['BudgetExhausted', 1],
    ]);
    const until = new Date(HOUR).toISOString();
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { limit: 100, until } }]);
    await end();
    expect(steps).toEqual(['take 3 from 0']);
  });

  it('are tried again after the ledger was away for one', async () => {
    const { take, steps } = begin({ takeFails: [new DependencyUnavailable('ledger', new Error('away'))] });
    await expect(take()).rejects.toThrow(DependencyUnavailable);
    expect(await take()).toHaveProperty('until');
    expect(steps).toEqual(['take 3 from 0']);
  });

  it('that cannot be given back fail nothing, and the log says how many are lost', async () => {
    const { take, end, log } = begin({ giveBack: () => Promise.reject(new Error('away')) });
    await take();
    await end();
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { single: 2, bulk: 0 } }]);
  });
});
