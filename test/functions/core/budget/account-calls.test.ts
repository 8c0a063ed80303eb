import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AccountCallsParts, createAccountCalls } from '../../../../functions/core/budget/account-calls.ts';
import { createWindows } from '../../../../functions/core/budget/budget-policy.ts';
import type { BudgetStore, PauseStore, StoredPause } from '../../../../functions/core/budget/ports.ts';
import {
  AccountRefused,
  ConnectionLost,
  DependencyUnavailable,
  EndpointNotReached,
  GatewayFailed,
  type ProcessError,
  RefusedForGood,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../../functions/core/errors.ts';
import { createCallPermits } from '../../../../functions/core/processing/call-permits.ts';
import { listeningLogger, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const RESET = { everyMs: 3_600_000 };
const response = { response: '{}' };

/** A container's calls, of an account that is not paused and has calls left, unless it is said otherwise. */
function createCalls(parts: Pick<AccountCallsParts, 'clock'> & Partial<AccountCallsParts>) {
  const { clock } = parts;
  return createAccountCalls({
    ...{ random: () => 0, randomId: () => 'id', log: listeningLogger(), metrics: listeningMetrics() },
    budgets: {} as BudgetStore,
    permits: createCallPermits({ clock, callsPerSecond: 10, onOpen: () => undefined }),
    settings: { limit: 100, reset: RESET, interactiveShare: 0 },
    currentWindow: createWindows(RESET),
    pauses: { read: async () => ({}) } as unknown as PauseStore,
    ...parts,
  });
}

/**
 * How many calls are given back of two that were reserved, when one of them ended like this.
 * @param isMade whether the call was begun before its place was given back
 */
async function givenBack(error?: ProcessError, isMade = true): Promise<number> {
  const clock = standingClock(NOON + RESET.everyMs / 2);
  let back = 0;
  const budgets = {
    take: async ({ window, calls }: Parameters<BudgetStore['take']>[0]) => ({
      reservation: { window, token: 'token', ...calls },
      count: { used: 2, usedByBulk: 0, failed: 0 },
      isFirst: false,
    }),
    giveBack: async (_: unknown, { single }: { readonly single: number }) => {
      await nextLoop();
      back = single;
    },
  } as unknown as BudgetStore;
  const calls = createCalls({ budgets, clock });
  const limits = plentyOfTime(clock);
  const end = calls.begin([{}, {}], limits);
  const acquired = await calls.acquire({ imageId: 'villa' }, limits);
  if (acquired.kind === 'open') throw new Error('the call was not admitted');
  if (isMade) acquired.permit.complete(error);
  acquired.permit.release();
  await end(limits);
  return back;
}

describe('INIT', () => {
  it.each([
    [100, 1],
    [null, 0],
  ])(
    'with a limit of %j finds out the window %d times, whose time zone takes long to look up',
    async (limit, times) => {
      const clock = standingClock();
      let windows = 0;
      const calls = createCalls({
        clock,
        settings: { limit, reset: RESET, interactiveShare: 0 },
        currentWindow: (now) => {
          windows += 1;
          return createWindows(RESET)(now);
        },
      });
      await calls.prepare(plentyOfTime(clock));
      expect(windows).toBe(times);
    },
  );
});

describe('a pause of a person', () => {
  const PAUSE = { since: NOON, until: NOON + 3_600_000, detail: 'a test' };

  /** A container, and what the ledger has. */
  function startContainer(stored: StoredPause) {
    const clock = standingClock();
    const ledger = { stored };
    const calls = createCalls({
      clock,
      settings: { limit: null, reset: RESET, interactiveShare: 0 },
      pauses: { read: async () => ledger.stored } as unknown as PauseStore,
    });
    return { clock, ledger, acquire: () => calls.acquire({ imageId: 'villa' }, plentyOfTime(clock)) };
  }

  it('hides what comes after five seconds, also in a container that has read before it', async () => {
    const { clock, ledger, acquire } = startContainer({});
    const before = await acquire();
    if (before.kind === 'granted') before.permit.release();
    ledger.stored = { person: PAUSE };
    clock.set(clock.now() + 5000);
    expect([before.kind, await acquire()]).toEqual(['granted', expect.objectContaining({ kind: 'open' })]);
  });

  it('hides nothing that comes when it has ended, also in a container that has read it', async () => {
    const { ledger, acquire } = startContainer({ person: PAUSE });
    expect(await acquire()).toMatchObject({ kind: 'open', ms: 15 * 60_000 });
    ledger.stored = {};
    expect((await acquire()).kind).toBe('granted');
  });
});

describe('a call that is not made', () => {
  /** What becomes of a call's place when the budget answers like this. */
  async function placesOf(take: BudgetStore['take']) {
    const clock = standingClock(NOON + RESET.everyMs / 2);
    const places = { taken: 0, left: 0 };
    const release = () => {
      places.left += 1;
    };
    const permit = { sent: () => {}, renewIfLate: async () => {}, complete: () => {}, release };
    const calls = createCalls({
      clock,
      budgets: { take } as BudgetStore,
      permits: {
        acquire: async () => {
          places.taken += 1;
          return { kind: 'granted', permit };
        },
        waitMs: () => 0,
      },
    });
    await calls.acquire({ imageId: 'villa' }, plentyOfTime(clock)).catch(() => {});
    return places;
  }

  it.each<[string, BudgetStore['take']]>([
    [
      'since nothing is left',
      async ({ window }) => ({
        reservation: { window, token: 'token', single: 0, bulk: 0 },
        count: { used: 100, usedByBulk: 0, failed: 0 },
        isFirst: false,
      }),
    ],
    ['since the ledger is away', () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')))],
  ])('%s gives back its place', async (_, take) => {
    expect(await placesOf(take)).toEqual({ taken: 1, left: 1 });
  });
});

describe('a call', () => {
  it.each<[string, ProcessError | undefined]>([
    ['that succeeded', undefined],
    ['whose response was lost', new ConnectionLost('lost')],
    ['that timed out', new ResponseTimedOut('late')],
    ['of which a gateway knows nothing', new GatewayFailed('bad gateway', { status: 502, ...response })],
    ['that was refused for now', new RefusedForNow('too many', { status: 429, ...response })],
    ['that was refused for good', new RefusedForGood('no image', { status: 404, ...response })],
  ])('%s counts', async (_, error) => expect(await givenBack(error)).toBe(1));

  it.each<[string, ProcessError]>([
    ['that did not connect', new EndpointNotReached('no connection')],
    ['that was refused for the account', new AccountRefused('wrong key', { status: 401, ...response })],
  ])('%s does not count', async (_, error) => expect(await givenBack(error)).toBe(2));

  it('is reserved with those of its invocation, by their kinds', async () => {
    const clock = standingClock(NOON + RESET.everyMs / 2);
    const taken: unknown[] = [];
    const take: BudgetStore['take'] = async ({ window, calls }) => {
      taken.push(calls);
      const count = { used: 3, usedByBulk: 2, failed: 0 };
      return { reservation: { window, token: 'token', ...calls }, count, isFirst: false };
    };
    const calls = createCalls({ clock, budgets: { take } as BudgetStore });
    const limits = plentyOfTime(clock);
    const batch = { batchId: 'b', round: 1 };
    calls.begin([{ batch }, {}, { batch }], limits);
    const acquired = await calls.acquire({ imageId: 'villa', batch }, limits);
    if (acquired.kind === 'granted') acquired.permit.release();
    expect(taken).toEqual([{ single: 1, bulk: 2 }]);
  });

  it('that was not made does not count', async () => expect(await givenBack(undefined, false)).toBe(2));

  it('tells the container’s permit that it was sent, how it ended, and that it is over', async () => {
    const clock = standingClock();
    const told: unknown[] = [];
    const permit = {
      renewIfLate: async () => void told.push('renewed'),
      sent: () => void told.push('sent'),
      complete: (error?: ProcessError) => void told.push(error),
      release: () => void told.push('released'),
    };
    const calls = createCalls({
      clock,
      settings: { limit: null, reset: RESET, interactiveShare: 0 },
      permits: { acquire: async () => ({ kind: 'granted', permit }), waitMs: () => 0 },
    });
    const acquired = await calls.acquire({ imageId: 'villa' }, plentyOfTime(clock));
    if (acquired.kind === 'open') throw new Error('the call was not admitted');
    const error = new ConnectionLost('lost');
    await acquired.permit.renewIfLate(plentyOfTime(clock));
    acquired.permit.sent();
    acquired.permit.complete(error);
    acquired.permit.release();
    expect(told).toEqual(['renewed', 'sent', error, 'released']);
  });
});

describe('the call that probes after a pause', () => {
  const evidence = { since: NOON - 7_200_000, until: NOON - 3_600_000, detail: 'a failure' };

  /** Probes for one request, and ends the invocation. @param error of the call; null: it was not made */
  async function probe(error: ProcessError | undefined | null) {
    const clock = standingClock(NOON + RESET.everyMs / 2);
    const steps: string[] = [];
    const later = (step: string) => async () => {
      await nextLoop();
      steps.push(step);
    };
    const pauses = {
      read: async () => ({ evidence }),
      claimProbe: async () => steps.push('claimed') > 0,
      probeSent: later('sent'),
      releaseProbe: later('released'),
    } as unknown as PauseStore;
    const calls = createCalls({ clock, pauses, settings: { limit: null, reset: RESET, interactiveShare: 0 } });
    const limits = plentyOfTime(clock);
    const end = calls.begin([{}], limits);
    const acquired = await calls.acquire({ imageId: 'villa' }, limits);
    if (acquired.kind === 'open') throw new Error('the call was not admitted');
    if (error !== null) acquired.permit.complete(error);
    acquired.permit.release();
    await end(limits);
    return steps;
  }

  it.each<[string, ProcessError | undefined | null, string]>([
    ['was accepted', undefined, 'sent'],
    ['was refused', new RefusedForNow('too many', { status: 429, ...response }), 'released'],
    ['was not made', null, 'released'],
  ])('that %s has that written, once, before the invocation ends', async (_, error, step) => {
    expect(await probe(error)).toEqual(['claimed', step]);
  });
});

it('while another container probes, a request waits half a minute for what that shows', async () => {
  const clock = standingClock(NOON + RESET.everyMs / 2);
  const evidence = { since: NOON - 7_200_000, until: NOON - 3_600_000, detail: 'a failure' };
  const pauses = { read: async () => ({ evidence }), claimProbe: async () => false } as unknown as PauseStore;
  const calls = createCalls({ clock, pauses, settings: { limit: null, reset: RESET, interactiveShare: 0 } });
  const waitsFor = { reason: 'daily_limit' };
  const acquired = await calls.acquire({ imageId: 'villa' }, plentyOfTime(clock));
  expect(acquired).toEqual({ kind: 'open', ms: 30_000, waitsFor });
});

it('a pause that another container’s probe has ended hides nothing in a container that waited for that', async () => {
  const clock = standingClock(NOON + RESET.everyMs / 2);
  const evidence = { since: NOON - 7_200_000, until: NOON - 3_600_000, detail: 'a failure' };
  let stored: StoredPause = { evidence };
  const pauses = { read: async () => stored, claimProbe: async () => false } as unknown as PauseStore;
  const calls = createCalls({ clock, pauses, settings: { limit: null, reset: RESET, interactiveShare: 0 } });
  const before = await calls.acquire({ imageId: 'villa' }, plentyOfTime(clock));
  stored = {};
  const after = await calls.acquire({ imageId: 'villa' }, plentyOfTime(clock));
  expect([before.kind, after.kind]).toEqual(['open', 'granted']);
});

describe('a request that is sent again after a failure for the limit', () => {
  it('reads the pause anew, which that failure has just set', async () => {
    const clock = standingClock();
    let reads = 0;
    const pauses = { read: async () => ({ ...(++reads > 1 && { person: { since: NOON, detail: 'a test' } }) }) };
    const settings = { limit: null, reset: RESET, interactiveShare: 0 };
    const calls = createCalls({ clock, settings, pauses: pauses as unknown as PauseStore });
    const kindOf = async (again?: { readonly requestId: string; readonly round: number }) => {
      const acquired = await calls.acquire({ imageId: 'villa', ...(again && { again }) }, plentyOfTime(clock));
      if (acquired.kind === 'granted') acquired.permit.release();
      return acquired.kind;
    };
    const again = { requestId: 'sqs:first', round: 1 };
    expect([await kindOf(), await kindOf(), await kindOf(again)]).toEqual(['granted', 'granted', 'open']);
  });
});
