import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAllowances } from '../../functions/adapters/ledger/allowances.ts';
import type { Partner } from '../../functions/core/partner-keys.ts';
import { createPartnerLimiter, LimitReached } from '../../functions/core/partner-limits.ts';
import { plentyOfTime, standingClock } from '../support/fixtures.ts';
import { startLedgerTable } from '../support/ledger-table.ts';

const DEFAULTS = { callsPerSecond: 10, burst: 100, batchesPerDay: 2 };

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

let partners = 0;
/** Each test has a partner of its own. */
const aPartner = (more: Partial<Partner> = {}): Partner => ({ name: `partner-${++partners}`, ...more });

/** So many containers over one ledger. */
function open(containers = 1, log = { warn: () => undefined } as never) {
  const clock = standingClock();
  const sent = { writes: 0, all: 0 };
  const send = (async (command: { readonly constructor: { readonly name: string } }, options: object) => {
    sent.all += 1;
    if (command.constructor.name === 'UpdateItemCommand') sent.writes += 1;
    return database.client.send(command as never, options);
  }) as DynamoDBClient['send'];
  const limiters = Array.from({ length: containers }, () =>
    createPartnerLimiter({
      allowances: createAllowances({ send, table: database.table, clock }),
      defaults: DEFAULTS,
      clock,
      log,
    }),
  );
  const limits = plentyOfTime(clock);
  /** Calls in turns over the containers. @returns how many were admitted, and the last refusal */
  async function call(partner: Partner, calls: number) {
    let admitted = 0;
    let refusal: LimitReached | undefined;
    for (let index = 0; index < calls; index += 1) {
      const limiter = limiters[index % limiters.length];
      try {
        await limiter?.admitCall(partner, plentyOfTime(clock));
        admitted += 1;
      } catch (error) {
        if (!(error instanceof LimitReached)) throw error;
        refusal = error;
      }
    }
    return { admitted, refusal };
  }
  const [limiter] = limiters;
  if (limiter === undefined) throw new Error('there is a container');
  return { call, clock, limits, limiter, sent, pass: (ms: number) => clock.set(clock.now() + ms) };
}

describe('a partner’s calls', () => {
  it('are a burst at once, then so many a second', async () => {
    const { call, pass } = open();
    const partner = aPartner();
    const { admitted, refusal } = await call(partner, 150);
    expect(admitted).toBe(100);
    expect(refusal).toMatchObject({ policy: { name: 'calls', quota: 100, windowSeconds: 10 }, retryAfterMs: 100 });
    pass(1000);
    expect((await call(partner, 50)).admitted).toBe(10);
    pass(3_600_000);
    expect((await call(partner, 150)).admitted).toBe(100);
  });

  it('are counted over all containers, at less than a write for ten calls', async () => {
    const { call, pass, sent } = open(4);
    const partner = aPartner();
    let admitted = 0;
    for (let second = 0; second < 60; second += 1) {
      admitted += (await call(partner, 9)).admitted;
      pass(1000);
    }
    expect(admitted).toBe(540);
    expect(sent.writes).toBeLessThan(54);
  });

  it('beyond the limit cost nothing: a flood is refused without a look at the ledger', async () => {
    const { call, sent } = open(2);
    const partner = aPartner();
    await call(partner, 102);
    const before = sent.all;
    expect((await call(partner, 1000)).admitted).toBe(0);
    expect(sent.all).toBe(before);
  });

  it('are not refused because a clock is set back', async () => {
    const { call, pass } = open();
    const partner = aPartner();
    expect((await call(partner, 25)).admitted).toBe(25);
    pass(-1000);
    expect((await call(partner, 25)).admitted).toBe(25);
  });

  it('have the limits of the partner’s own entry', async () => {
    const { call } = open();
    const { admitted, refusal } = await call(aPartner({ limits: { callsPerSecond: 2, burst: 3 } }), 10);
    expect([admitted, refusal?.message]).toEqual([3, 'a partner may make 3 calls at once, and 2 a second']);
  });

  it('of one take nothing from another, and an operator’s have no limit', async () => {
    const { call } = open();
    await call(aPartner(), 200);
    expect((await call(aPartner(), 100)).admitted).toBe(100);
    expect((await call(aPartner({ role: 'operator' }), 500)).admitted).toBe(500);
  });

  it('that are over ask the ledger for nothing: their container may be working for another one', async () => {
    const { limiter, limits, sent, pass } = open();
    pass(limits.deadline + 1);
    await limiter.admitCall(aPartner(), limits);
    expect(sent.all).toBe(0);
  });

  it('are admitted while the ledger cannot be used', async () => {
    const warned: string[] = [];
    const clock = standingClock();
    const limiter = createPartnerLimiter({
      allowances: {
        takeCalls: () => Promise.reject(new Error('down')),
        takeBatch: () => Promise.reject(new Error('down')),
      },
      defaults: DEFAULTS,
      clock,
      log: { warn: (text: string) => void warned.push(text) } as never,
    });
    const partner = aPartner();
    await limiter.admitCall(partner, plentyOfTime(clock));
    await limiter.admitBatch(partner.name, undefined, plentyOfTime(clock));
    expect(warned).toHaveLength(2);
  });
});

describe('a partner’s batches', () => {
  it('are so many from midnight to midnight', async () => {
    const { limiter, limits, clock, pass } = open();
    const { name } = aPartner();
    const batch = () => limiter.admitBatch(name, undefined, limits);
    await batch();
    await batch();
    const untilMidnight = 86_400_000 - (clock.now() % 86_400_000);
    await expect(batch()).rejects.toMatchObject({
      policy: { name: 'batches', quota: 2, windowSeconds: 86_400 },
      retryAfterMs: untilMidnight,
    });
    await limiter.admitBatch(name, { batchesPerDay: 3 }, limits);
    pass(untilMidnight);
    await batch();
  });
});
