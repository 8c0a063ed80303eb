import { describe, expect, it } from 'vitest';
import type { AccountState, BudgetStatus, Pause } from '../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import type { Outcome } from '../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../functions/core/ports.ts';
import { createAccount } from '../../../functions/reprocess-api/account.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const END = NOON + 3_600_000;
const single = aLedgerItem({ attempts: 0, state: 'accepted' });
const line: LedgerItem = { ...single, batch: { batchId: 'b', round: 1 } };
const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON };
const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));

/** @param leftForBulk of the daily limit; undefined: the ledger is away */
function open(pause?: Pause, leftForBulk: number | undefined = 1, readPause = async () => pause) {
  const clock = standingClock();
  const window = { start: NOON - 1, end: END };
  const status: BudgetStatus = {
    window,
    limit: 100,
    used: 90,
    usedByBulk: 90,
    leftForBulk: leftForBulk ?? 0,
    failed: 0,
  };
  const account = createAccount({
    account: { budget: leftForBulk === undefined ? away : async () => status } as unknown as AccountState,
    recentPause: { read: readPause, forget: () => {} },
    pauses: { setPerson: away, resume: away },
    waiting: away,
    clock,
  });
  return { account, limits: plentyOfTime(clock) };
}

describe('a request that has not ended waits', () => {
  const person: Pause = { reason: 'person', detail: 'a test', since: NOON };
  const forReset = { reason: 'daily_limit', until: END };

  it.each<[string, LedgerItem, Pause | undefined, number | undefined, object | undefined]>([
    ['for nothing that is known', single, undefined, 0, undefined],
    ['until a person resumes', single, person, 1, { reason: 'person' }],
    ['until the pause ends', line, { ...person, until: END }, 0, { reason: 'person', until: END }],
    ['for the reset, as a line for which nothing is left', line, undefined, 0, forReset],
    ['for nothing, as a line for which something is left', line, undefined, 1, undefined],
    ['for nothing, once it has its outcome', { ...line, outcome }, person, 0, undefined],
  ])('%s', async (_, item, pause, left, expected) => {
    const { account, limits } = open(pause, left);
    expect(await account.waitsFor(item, limits)).toEqual(expected);
  });

  it('for nothing that is known while the ledger is away, and the call is answered', async () => {
    const { account, limits } = open(undefined, undefined, away);
    expect(await account.waitsFor(line, limits)).toBeUndefined();
    expect(await account.advice(undefined, limits)).toBeUndefined();
  });

  it('and whoever asks is told when to come again', async () => {
    const paused = open({ ...person, until: NOON + 1500 });
    const until = NOON + 1500;
    expect(await paused.account.advice(undefined, paused.limits)).toEqual({
      waitsFor: { reason: 'person', until },
      retryAfter: 2,
    });
    expect(await paused.account.advice({ reason: 'person' }, paused.limits)).toMatchObject({ retryAfter: 900 });
  });
});

describe('the account as it is shown', () => {
  const window = { start: NOON - 1, end: END };
  const status = (used: number, limit: number | null = 100, leftForBulk = 7): BudgetStatus => {
    return { window, limit, used, usedByBulk: 3, leftForBulk, failed: 2 };
  };

  async function show(now: BudgetStatus, pause?: Pause) {
    const clock = standingClock();
    const account = createAccount({
      account: {
        budget: async () => now,
        history: async (count: number) => Array.from({ length: count }, () => status(90)),
        pause: async () => pause,
      },
      recentPause: { read: away, forget: () => {} },
      pauses: { setPerson: away, resume: away },
      waiting: async () => 12,
      clock,
    });
    const { statusCode, body = '' } = await account.show(plentyOfTime(clock));
    return { statusCode, ...JSON.parse(body) };
  }

  it('has what is used, left and waiting, and the fourteen windows before', async () => {
    const { history, ...shown } = await show(status(90), { reason: 'person', detail: 'a test', since: NOON });
    const facts = {
      window: { start: new Date(window.start).toISOString(), end: new Date(END).toISOString() },
      ...{ limit: 100, used: 90, used_by_batches: 3, failed_for_limit: 2 },
    };
    expect(shown).toEqual({
      ...{ statusCode: 200, ...facts, left: 10, left_for_batches: 7, waiting: 12 },
      paused: { reason: 'person', detail: 'a test', since: new Date(NOON).toISOString() },
    });
    expect(history).toEqual(Array(14).fill(facts));
  });

  it('has nothing left where more is used than the limit allows by now', async () => {
    expect(await show(status(110))).toMatchObject({ left: 0, paused: null });
  });

  it('without a limit has nothing left to speak of', async () => {
    const shown = await show(status(110, null, Number.POSITIVE_INFINITY));
    expect(shown).toMatchObject({ limit: null, left: null, left_for_batches: null });
  });
});
