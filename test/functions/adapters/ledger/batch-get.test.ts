import { BatchGetItemCommand, type BatchGetItemCommandInput, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatchGet } from '../../../../functions/adapters/ledger/batch-get.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

const ITEMS = Array.from({ length: 120 }, (_, index) => `item:${index}`);

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
  const put = (id: string, expiresAt: number) => {
    const Item = { id: { S: id }, expires_at: { N: String(expiresAt / 1000) }, note: { S: `of ${id}` } };
    return database.client.send(new PutItemCommand({ TableName: database.table, Item }));
  };
  await Promise.all(ITEMS.map((id) => put(id, NOON + 60_000)));
  await put('item:expired', NOON);
});
afterAll(() => database.stop());

/** @param leavesOut how many of a call's keys DynamoDB has no capacity for */
function open(leavesOut: (keys: number, call: number) => number = () => 0) {
  const clock = standingClock();
  const asked: number[] = [];
  const times: number[] = [];
  const send = async ({ input }: { readonly input: BatchGetItemCommandInput }) => {
    times.push(clock.now() - NOON);
    const { Keys = [], ...more } = input.RequestItems?.[database.table] ?? {};
    const left = Keys.slice(0, leavesOut(Keys.length, asked.push(Keys.length)));
    if (left.length === Keys.length) return { UnprocessedKeys: { [database.table]: { Keys: left } } };
    const rest = { ...more, Keys: Keys.slice(left.length) };
    const read = await database.client.send(new BatchGetItemCommand({ RequestItems: { [database.table]: rest } }));
    return { ...read, UnprocessedKeys: { [database.table]: { Keys: left } } };
  };
  const get = createBatchGet({ send: send as never, table: database.table, clock });
  return { get: (ids: readonly string[], ...more: string[][]) => get(ids, plentyOfTime(clock), ...more), asked, times };
}

describe('of many items', () => {
  it('each is read once, a hundred at a time, and what is not there or has expired is left out', async () => {
    const { get, asked } = open();
    const found = await get([...ITEMS, ...ITEMS, 'item:none', 'item:expired']);
    expect([...found.keys()].toSorted()).toEqual(ITEMS.toSorted());
    expect(asked.toSorted((one, other) => one - other)).toEqual([22, 100]);
  });

  it('those that DynamoDB left out are asked for again, later each time', async () => {
    const { get, asked, times } = open((keys, call) => (call < 3 ? Math.ceil(keys / 2) : 0));
    expect((await get(ITEMS.slice(0, 40))).size).toBe(40);
    expect(asked).toEqual([40, 20, 10]);
    expect(times).toEqual([0, 100, 300]);
  });

  it('those that are left out each time make the ledger unavailable', async () => {
    const { get, asked } = open((keys) => keys);
    await expect(get(['item:0'])).rejects.toThrow(DependencyUnavailable);
    expect(asked).toHaveLength(10);
  });

  it('only the attributes that are asked for are read', async () => {
    const { get } = open();
    expect((await get(['item:0'], ['id', 'expires_at'])).get('item:0')).toEqual({
      id: { S: 'item:0' },
      expires_at: { N: String((NOON + 60_000) / 1000) },
    });
  });
});
