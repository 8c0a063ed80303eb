import { randomUUID } from 'node:crypto';
import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudgetStore } from '../../../../../functions/adapters/ledger/account/budget.ts';
import type { BudgetStore, BudgetWindow, Calls } from '../../../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import type { Limits } from '../../../../../functions/core/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { refusingWrites, startLedgerTable } from '../../../../support/ledger-table.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
let limits: Limits;
let window: BudgetWindow;
let count = 0;

beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());
beforeEach(() => {
  limits = plentyOfTime(standingClock());
  count += 1;
  window = { start: NOON + count * 86_400_000, end: NOON + (count + 1) * 86_400_000 };
});

/** The store of a container. The same number is the same container. */
function worker(number = 0, send = database.client.send.bind(database.client), clock = standingClock()): BudgetStore {
  let ids = 0;
  const ownId = `container-${String(number).padStart(8, '0')}`;
  const randomId = () => (ids++ === 0 ? ownId : randomUUID());
  return createBudgetStore({ send, table: database.table, clock, randomId });
}

const stored = async () => (await database.item(`budget:${new Date(window.start).toISOString()}`)) ?? {};

const single = (calls: number): Calls => ({ single: calls, bulk: 0 });
const bulk = (calls: number): Calls => ({ single: 0, bulk: calls });
const taking = (calls: Calls, limit = 10, bulkLimit = 8) => ({ window, calls, limit, bulkLimit });

/** The SDK of a network that loses the response to an update: it sends the same again. */
const repeating = (async (command: UpdateItemCommand) => {
  const first = await database.client.send(command).catch((error) => error);
  return command.constructor.name === 'UpdateItemCommand' && !(first instanceof Error)
    ? database.client.send(command)
    : Promise.resolve(first).then((said) => (said instanceof Error ? Promise.reject(said) : said));
}) as typeof database.client.send;

describe('the calls of a window', () => {
  it('are taken in one write, and no more than the limit', async () => {
    const first = await worker().take(taking(single(7)), limits);
    expect(first).toMatchObject({ reservation: { single: 7, bulk: 0 }, count: { used: 7, limit: 10 } });
    const second = await worker(1).take(taking(single(7)), limits);
    expect(second).toMatchObject({ reservation: { single: 3 }, count: { used: 10 }, isFirst: false });
    expect(await worker(2).take(taking(single(7)), limits)).toMatchObject({ reservation: single(0), isFirst: true });
    expect(await worker(2).take(taking(single(7)), limits)).toMatchObject({ reservation: single(0), isFirst: false });
    expect(await worker().read(window, limits)).toMatchObject({ used: 10, exhaustedAt: NOON });
  });

  it('are exhausted first for one, though another finds out at the same time', async () => {
    await worker().take(taking(single(10)), limits);
    let other: Awaited<ReturnType<BudgetStore['take']>> | undefined;
    const send = (async (command: UpdateItemCommand, ...more: object[]) => {
      const isMarking = command.input.UpdateExpression?.includes('exhausted_at');
      if (isMarking) other = await worker(2).take(taking(single(1)), limits);
      return database.client.send(command, ...more);
    }) as typeof database.client.send;
    const late = await worker(1, send).take(taking(single(1)), limits);
    expect([other?.isFirst, late.isFirst]).toEqual([true, false]);
  });

  it('are no more than the limit for the first who takes of them either', async () => {
    expect(await worker().take(taking(single(9), 6, 6), limits)).toMatchObject({ reservation: single(6) });
    expect(await worker().read(window, limits)).toMatchObject({ used: 6 });
  });

  it('go to single requests first when there are too few for all that one worker has', async () => {
    await worker().take(taking(single(6)), limits);
    const both = { single: 3, bulk: 3 };
    expect(await worker(1).take(taking(both), limits)).toMatchObject({ reservation: { single: 3, bulk: 1 } });
    expect(await worker().read(window, limits)).toMatchObject({ used: 10, usedByBulk: 1 });
  });

  it('are never more than the limit, however many workers take them at once', async () => {
    const takes = Array.from({ length: 5 }, (_, index) => worker(index).take(taking(single(3)), limits));
    const taken = (await Promise.allSettled(takes)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    const sum = taken.reduce((total, { reservation }) => total + reservation.single, 0);
    expect(sum).toBe((await worker().read(window, limits)).used);
    expect(sum).toBe(10);
  });

  it('are kept for single requests where bulk has had its part', async () => {
    expect(await worker().take(taking(bulk(9)), limits)).toMatchObject({ reservation: bulk(8) });
    expect(await worker(1).take(taking(bulk(1)), limits)).toMatchObject({ reservation: bulk(0), isFirst: false });
    expect(await worker(1).take(taking({ single: 1, bulk: 1 }), limits)).toMatchObject({ reservation: single(1) });
    expect(await worker(1).take(taking(bulk(1), 10, 10), limits)).toMatchObject({ reservation: bulk(1) });
    expect(await worker().read(window, limits)).toMatchObject({ used: 10, usedByBulk: 9 });
  });

  it('follow a limit that is changed, up and down', async () => {
    await worker().take(taking(single(8)), limits);
    expect(await worker().take(taking(single(5), 6, 6), limits)).toMatchObject({ reservation: single(0) });
    expect(await worker().take(taking(single(5), 20, 20), limits)).toMatchObject({
      reservation: single(5),
      count: { used: 13, limit: 20 },
    });
  });

  it('are given back, once', async () => {
    const { reservation } = await worker().take(taking({ single: 4, bulk: 3 }), limits);
    await worker().giveBack(reservation, { single: 2, bulk: 1 }, limits);
    await worker().giveBack(reservation, { single: 2, bulk: 1 }, limits);
    expect(await worker().read(window, limits)).toMatchObject({ used: 4, usedByBulk: 2 });
  });

  it('are given back once when the SDK sends the write again', async () => {
    const { reservation } = await worker().take(taking(single(6)), limits);
    await worker(0, repeating).giveBack(reservation, single(5), limits);
    expect(await worker().read(window, limits)).toMatchObject({ used: 1 });
  });

  it('are wasted at the most when the SDK sends a reservation again', async () => {
    expect(await worker(0, repeating).take(taking(single(4)), limits)).toMatchObject({ reservation: single(4) });
    expect(await worker().read(window, limits)).toMatchObject({ used: 8 });
    // The second time it does not fit, but the token shows that the first did.
    window = { start: window.start + 1000, end: window.end };
    expect(await worker(0, repeating).take(taking(single(10)), limits)).toMatchObject({ reservation: single(10) });
  });

  it('of an earlier reservation of the same container are not given back any more', async () => {
    const { reservation } = await worker().take(taking(single(3)), limits);
    await worker().take(taking(single(3)), limits);
    await worker().giveBack(reservation, single(3), limits);
    expect(await worker().read(window, limits)).toMatchObject({ used: 6 });
  });

  it('are given back by each of many containers', async () => {
    const containers = Array.from({ length: 8 }, (_, number) => worker(number));
    const taken = await Promise.all(containers.map((each) => each.take(taking(single(1)), limits)));
    await Promise.all(
      taken.map(({ reservation }, number) => containers[number]?.giveBack(reservation, single(1), limits)),
    );
    expect(await worker().read(window, limits)).toMatchObject({ used: 0 });
  });

  it('are given back by a container that was taken for gone, in this window and in the next', async () => {
    const clock = standingClock();
    const [idle, busy] = [worker(1, undefined, clock), worker(2, undefined, clock)];
    const take = ({ take: of }: BudgetStore, calls: number) => of(taking(single(calls), 100, 100), limits);
    const giveBackAfterOther = async () => {
      const { reservation } = await take(idle, 5);
      await take(busy, 1);
      await idle.giveBack(reservation, single(5), limits);
    };
    await take(idle, 1);
    clock.set(NOON + 6 * 60_000);
    await take(busy, 1);
    await giveBackAfterOther();
    expect(await idle.read(window, limits)).toMatchObject({ used: 3 });

    clock.set(NOON + 12 * 60_000);
    await take(busy, 1);
    window = { start: window.start + 2000, end: window.end };
    await giveBackAfterOther();
    expect(await idle.read(window, limits)).toMatchObject({ used: 1 });
  });

  it('are taken again by a container that was idle, and then found none left', async () => {
    const clock = standingClock();
    const [idle, busy] = [worker(1, undefined, clock), worker(2, undefined, clock)];
    await idle.take(taking(single(1)), limits);
    await busy.take(taking(single(9)), limits);
    clock.set(NOON + 6 * 60_000);
    expect(await idle.take(taking(single(1)), limits)).toMatchObject({ reservation: single(0) });
    const raised = taking(single(1), 20, 20);
    const { reservation } = await idle.take(raised, limits);
    expect(reservation).toMatchObject(single(1));
    await idle.giveBack(reservation, single(1), limits);
    expect(await idle.read(window, limits)).toMatchObject({ used: 10 });
  });

  it('are in an item that stays small and expires', async () => {
    const clock = standingClock();
    for (let number = 0; number < 60; number += 1) {
      clock.set(NOON + number * 60_000);
      const { take } = worker(number, undefined, clock);
      await take(taking(single(1), 500, 500), limits);
      await take(taking(single(1), 500, 500), limits);
    }
    const Item = await stored();
    expect(Number(Item.expires_at?.N)).toBe(window.end / 1000 + 15 * 86_400);
    await worker().countFailure(window, limits);
    const bytes = Object.entries(Item).reduce((sum, [name, { S, N }]) => sum + name.length + (S ?? N ?? '').length, 0);
    expect(bytes).toBeLessThan(1024);
    expect(await worker().read(window, limits)).toMatchObject({ used: 120, failed: 1 });
  });

  it('are taken in writes that stay short, however many containers are gone', async () => {
    const clock = standingClock();
    for (let number = 1; number <= 25; number += 1)
      await worker(number, undefined, clock).take(taking(single(1), 500, 500), limits);
    clock.set(NOON + 6 * 60_000);
    const { take } = worker(0, undefined, clock);
    const open: number[] = [];
    for (let takes = 0; takes < 3; takes += 1) {
      await take(taking(single(1), 500, 500), limits);
      open.push(Object.keys(await stored()).filter((name) => name.startsWith('open_')).length);
    }
    expect(open).toEqual([26, 6, 1]);
  });

  it('are in an item that expires even if nothing but a failure is counted in it', async () => {
    await worker().countFailure(window, limits);
    expect(Number((await stored()).expires_at?.N)).toBe(window.end / 1000 + 15 * 86_400);
  });

  it('are given back by a container that others have not seen for as long as an invocation takes', async () => {
    const clock = standingClock();
    const [slow, busy] = [worker(1, undefined, clock), worker(2, undefined, clock)];
    const { reservation } = await slow.take(taking(single(5)), limits);
    clock.set(NOON + 5 * 60_000);
    // The first sees what is left behind, the second would remove it.
    for (let takes = 0; takes < 2; takes += 1) await busy.take(taking(single(1)), limits);
    await slow.giveBack(reservation, single(5), limits);
    expect(await slow.read(window, limits)).toMatchObject({ used: 2 });
  });

  it('cannot be taken while the ledger is away', async () => {
    const away = (() => Promise.reject(new Error('away'))) as typeof database.client.send;
    await expect(worker(0, away).take(taking(single(1)), limits)).rejects.toThrow(DependencyUnavailable);
  });
});

it('calls that others take each time first are given up after five times, and nobody waits for them for ever', async () => {
  const { send, inputs } = refusingWrites({ Item: { used: { N: '1' } } });
  await expect(worker(0, send).take(taking(single(3)), limits)).rejects.toBeInstanceOf(DependencyUnavailable);
  expect(inputs.filter((input) => 'UpdateExpression' in input)).toHaveLength(5);
});
