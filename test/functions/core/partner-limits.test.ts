import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import type { Partner } from '../../../functions/core/partner-keys.ts';
import { type Allowances, createPartnerLimiter, LimitReached } from '../../../functions/core/partner-limits.ts';
import { listeningLogger, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const DAY_MS = 86_400_000;
const acme: Partner = { name: 'acme' };
const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));

/** @param granted what each taking gets, the last one for ever */
function open(granted: readonly { readonly taken: number; readonly waitMs: number }[], more: Partial<Allowances> = {}) {
  const clock = standingClock();
  const log = listeningLogger();
  const takings: unknown[] = [];
  const limiter = createPartnerLimiter({
    allowances: {
      takeCalls: async (partner, { callsPerSecond, burst }, most) => {
        takings.push([partner, callsPerSecond, burst, most]);
        return granted[Math.min(takings.length, granted.length) - 1] ?? { taken: 0, waitMs: 0 };
      },
      takeBatch: async (partner, day, most) => {
        takings.push([partner, day, most]);
        return granted.length > 0;
      },
      ...more,
    },
    defaults: { callsPerSecond: 5, burst: 40, batchesPerDay: 9 },
    ...{ clock, log },
  });
  const limits = plentyOfTime(clock);
  const call = (caller = acme) => limiter.admitCall(caller, limits).catch((error: unknown) => error);
  const batch = (own?: Partner['limits']) => limiter.admitBatch('acme', own, limits).catch((error: unknown) => error);
  return { clock, log, takings, call, batch };
}

describe('a partner’s calls', () => {
  it('are taken in lots of a quarter of the burst, and used up before more are taken', async () => {
    const { call, takings } = open([{ taken: 2, waitMs: 0 }]);
    for (let each = 0; each < 4; each += 1) expect(await call()).toBeUndefined();
    expect(takings).toEqual(Array(2).fill(['acme', 5, 40, 10]));
  });

  it.each([
    [400, 25],
    [100, 25],
    [99, 24],
    [3, 1],
  ])('with a burst of %d are taken %d at once', async (burst, lot) => {
    const { call, takings } = open([{ taken: 1, waitMs: 0 }]);
    await call({ ...acme, limits: { burst, callsPerSecond: 7 } });
    expect(takings).toEqual([['acme', 7, burst, lot]]);
  });

  it.each([
    [10, 3, 4],
    [1, 5, 1],
  ])('with a burst of %d and %d a second are all there again after %d s, in whole seconds', async (...given) => {
    const [burst, callsPerSecond, windowSeconds] = given;
    const { call } = open([{ taken: 0, waitMs: 200 }]);
    const refused = (await call({ ...acme, limits: { burst, callsPerSecond } })) as LimitReached;
    expect(refused.policy).toMatchObject({ quota: burst, windowSeconds });
  });

  it.each([
    [200, 1000],
    [3000, 3000],
  ])('of which there is none for %d ms are refused for %d ms, without another look', async (waitMs, ms) => {
    const { call, takings, clock } = open([
      { taken: 0, waitMs },
      { taken: 1, waitMs: 0 },
    ]);
    const refused = (await call()) as LimitReached;
    expect(refused).toBeInstanceOf(LimitReached);
    expect([refused.retryAfterMs, refused.message]).toEqual([
      ms,
      'a partner may make 40 calls at once, and 5 a second',
    ]);
    expect(refused.policy).toMatchObject({ name: 'calls', quota: 40, windowSeconds: 8 });
    clock.set(NOON + ms - 1);
    expect(await call()).toMatchObject({ retryAfterMs: 1 });
    expect(takings).toHaveLength(1);
    clock.set(NOON + ms);
    expect(await call()).toBeUndefined();
  });

  it('are each partner’s own, and an operator’s are not counted', async () => {
    const { call, takings } = open([
      { taken: 0, waitMs: 9000 },
      { taken: 1, waitMs: 0 },
    ]);
    expect(await call()).toBeInstanceOf(LimitReached);
    expect(await call({ name: 'globex' })).toBeUndefined();
    expect(await call({ name: 'desk', role: 'operator' })).toBeUndefined();
    expect(takings).toHaveLength(2);
  });

  it('are admitted one by one while the ledger is away, and the log says so', async () => {
    const { call, log } = open([], { takeCalls: away });
    expect([await call(), await call()]).toEqual([undefined, undefined]);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  });
});

describe('a partner’s batches', () => {
  it('are counted by the day', async () => {
    const { batch, takings } = open([{ taken: 1, waitMs: 0 }]);
    expect([await batch(), await batch({ batchesPerDay: 3 })]).toEqual([undefined, undefined]);
    expect(takings).toEqual([
      ['acme', '2026-11-22', 9],
      ['acme', '2026-11-22', 3],
    ]);
  });

  it('that are too many are refused until midnight', async () => {
    const refused = await open([]).batch();
    expect(refused).toBeInstanceOf(LimitReached);
    expect(refused).toMatchObject({
      ...{ retryAfterMs: DAY_MS / 2, message: 'a partner may make 9 batches a day' },
      policy: { name: 'batches', quota: 9, windowSeconds: 86_400 },
    });
  });

  it('are admitted while the ledger is away', async () => {
    expect(await open([], { takeBatch: away }).batch()).toBeUndefined();
  });
});
