import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAllowances } from '../../functions/adapters/ledger/account/allowances.ts';
import { DependencyUnavailable } from '../../functions/core/errors.ts';
import type { Partner } from '../../functions/core/partner-keys.ts';
import { createPartnerLimiter, LimitReached } from '../../functions/core/partner-limits.ts';
import type { Limits } from '../../functions/core/ports.ts';
import { listeningLogger, plentyOfTime, standingClock } from '../support/fixtures.ts';
import { refusingWrites, startLedgerTable } from '../support/ledger-table.ts';

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
    expect(refusal).toMatchObject({ policy: { name: 'calls', quota: 100, windowSeconds: 10 }, retryAfterMs: 1000 });
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

  it('are not refused while there is something left, even if other containers are faster each time', async () => {
    const clock = standingClock();
    const { send } = refusingWrites({ Item: { full_at: { N: String(clock.now() - 1) } } });
    const { takeCalls } = createAllowances({ send, table: database.table, clock });
    expect(await takeCalls('partner', DEFAULTS, 25, plentyOfTime(clock))).toEqual({ taken: 1, waitMs: 0 });
  });

  it('that are a flood are counted at less than a write for ten calls too', async () => {
    const { call, pass, sent } = open();
    const partner = aPartner();
    await call(partner, 100);
    const before = sent.writes;
    let admitted = 0;
    for (let calls = 0; calls < 500; calls += 1) {
      admitted += (await call(partner, 1)).admitted;
      pass(20);
    }
    expect(admitted).toBeGreaterThanOrEqual(90);
    expect(admitted).toBeLessThanOrEqual(100);
    expect(sent.writes - before).toBeLessThan(50);
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

  it.each([
    [4, 3],
    [400, 375],
  ])('of which %d may come at once leave %d to the other containers after the first', async (burst, left) => {
    const [one, others] = [open(), open()];
    const partner = aPartner({ limits: { burst } });
    await one.call(partner, 1);
    expect((await others.call(partner, burst)).admitted).toBe(left);
  });

  it('are given to the last one, and then it is said when there is the next', async () => {
    const { name } = aPartner();
    const clock = standingClock();
    const { takeCalls } = createAllowances({
      send: database.client.send.bind(database.client),
      ...{ table: database.table, clock },
    });
    const take = (most: number) => takeCalls(name, DEFAULTS, most, plentyOfTime(clock));
    expect([await take(99), await take(5), await take(5)]).toEqual([
      { taken: 99, waitMs: 0 },
      { taken: 1, waitMs: 0 },
      { taken: 0, waitMs: 100 },
    ]);
  });

  it('for which the ledger took too long once are not asked for again', async () => {
    const clock = standingClock();
    const limits = plentyOfTime(clock);
    let sent = 0;
    const send = (async () => {
      sent += 1;
      clock.set(limits.deadline + 1);
      throw new ConditionalCheckFailedException({ message: 'another one was faster', $metadata: {} });
    }) as DynamoDBClient['send'];
    const { takeCalls } = createAllowances({ send, table: database.table, clock });
    await expect(takeCalls('partner', DEFAULTS, 25, limits)).rejects.toThrow(DependencyUnavailable);
    expect(sent).toBe(1);
  });

  it('that two containers count first at the same time are both counted', async () => {
    const { name } = aPartner();
    const clock = standingClock();
    const limits = plentyOfTime(clock);
    const allowancesOver = (send: DynamoDBClient['send']) => createAllowances({ send, table: database.table, clock });
    const other = allowancesOver(database.client.send.bind(database.client));
    let hasRead = false;
    const send = async (command: object, options: object) => {
      const answer = await database.client.send(command as never, options);
      const isFirstRead = !hasRead && command instanceof GetItemCommand;
      hasRead ||= isFirstRead;
      if (isFirstRead) expect(await other.takeCalls(name, DEFAULTS, 60, limits)).toEqual({ taken: 60, waitMs: 0 });
      return answer;
    };
    const taken = await allowancesOver(send as never).takeCalls(name, DEFAULTS, 60, limits);
    expect(taken).toEqual({ taken: 40, waitMs: 0 });
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

  it('are admitted while the ledger cannot be used within a second, and counted as soon as it can', async () => {
    const clock = standingClock();
    const log = listeningLogger();
    const deadlines: number[] = [];
    const ledger = { isAway: true };
    const answer = async <Value>({ deadline }: Limits, value: Value) => {
      deadlines.push(deadline);
      if (ledger.isAway) throw new DependencyUnavailable('ledger', new Error('away'));
      return value;
    };
    const limiter = createPartnerLimiter({
      allowances: {
        takeCalls: (_name, _bucket, _most, limits) => answer(limits, { taken: 0, waitMs: 100 }),
        takeBatch: (_name, _day, _most, limits) => answer(limits, false),
      },
      defaults: DEFAULTS,
      ...{ clock, log },
    });
    const partner = aPartner();
    const call = () => limiter.admitCall(partner, plentyOfTime(clock));
    const batch = () => limiter.admitBatch(partner.name, undefined, plentyOfTime(clock));
    for (const admit of [call, call, batch]) await admit();
    expect([log.lines.length, new Set(deadlines)]).toEqual([3, new Set([clock.now() + 1000])]);
    ledger.isAway = false;
    for (const admit of [call, batch]) await expect(admit()).rejects.toThrow(LimitReached);
  });
});

describe('a partner’s batches', () => {
  it('are so many from midnight to midnight', async () => {
    const { limiter, clock, pass } = open();
    const { name } = aPartner();
    const batch = () => limiter.admitBatch(name, undefined, plentyOfTime(clock));
    await batch();
    await batch();
    const untilMidnight = 86_400_000 - (clock.now() % 86_400_000);
    await expect(batch()).rejects.toMatchObject({
      policy: { name: 'batches', quota: 2, windowSeconds: 86_400 },
      retryAfterMs: untilMidnight,
    });
    await limiter.admitBatch(name, { batchesPerDay: 3 }, plentyOfTime(clock));
    pass(untilMidnight);
    await batch();
    await batch();
    await expect(batch()).rejects.toMatchObject({ retryAfterMs: 86_400_000 });
  });

  it('of one take nothing from another', async () => {
    const { limiter, limits } = open();
    for (const { name } of [aPartner(), aPartner(), aPartner()]) {
      await expect(limiter.admitBatch(name, undefined, limits)).resolves.toBeUndefined();
    }
  });
});

it('what a partner took is forgotten two days after the last of it', async () => {
  const clock = standingClock();
  const { name } = aPartner();
  const { takeCalls, takeBatch } = createAllowances({
    send: database.client.send.bind(database.client),
    ...{ table: database.table, clock },
  });
  for (let taken = 0; taken < 2; taken += 1) {
    clock.set(clock.now() + 1000);
    await takeCalls(name, DEFAULTS, 25, plentyOfTime(clock));
    await takeBatch(name, '2026-11-22', 2, plentyOfTime(clock));
    for (const id of [`calls:${name}`, `batches:${name}:2026-11-22`]) {
      const expiry = { N: String(clock.now() / 1000 + 2 * 86_400) };
      expect((await database.item(id))?.expires_at).toEqual(expiry);
    }
  }
});
