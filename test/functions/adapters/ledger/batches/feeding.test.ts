import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBatchLedger } from '../../../../../functions/adapters/ledger/batches/batches.ts';
import { createFeedLedger } from '../../../../../functions/adapters/ledger/batches/feeding.ts';
import { type Batch, batchIdOf, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { FedBatch, FeedLedger } from '../../../../../functions/core/batch/feeding/ports.ts';
import type { BatchLedger } from '../../../../../functions/core/batch/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
let feeding: FeedLedger;
let batches: BatchLedger;
beforeAll(async () => {
  database = await startLedgerTable();
  const table = { send: database.client.send.bind(database.client), table: database.table, clock };
  feeding = createFeedLedger(table);
  batches = createBatchLedger(table);
});
afterAll(() => database.stop());
beforeEach(() => clock.set(NOON));

/** Makes a batch that is open. */
async function create(name: string, createdAt = NOON): Promise<string> {
  const batchId = batchIdOf(name);
  const { refusal: _, ...check } = unreadCheck('');
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  await batches.create(newBatch({ batchId, name, source: 'upload', file, createdAt, check }), limits);
  return batchId;
}

async function anOpenBatch(): Promise<FedBatch> {
  await create('test');
  const [open] = await feeding.openBatches(limits);
  if (open === undefined) throw new Error('the batch is not open');
  return open;
}

describe('the lease of the feeder', () => {
  it('is one’s while it lives, and another’s when it has ended or was given up', async () => {
    expect(await feeding.lease('first', NOON + 30_000, limits)).toEqual({});
    expect(await feeding.lease('second', NOON + 30_000, limits)).toBeUndefined();
    expect(await feeding.lease('first', NOON + 40_000, limits)).toEqual({});
    clock.set(NOON + 40_000);
    expect(await feeding.lease('second', NOON + 70_000, limits)).toEqual({});
    await feeding.release('first', { owner: 'nobody', left: 1 }, limits);
    expect(await feeding.lease('first', NOON + 80_000, limits)).toBeUndefined();
    await feeding.release('second', { owner: '', left: 3 }, limits);
    expect(await feeding.lease('first', NOON + 80_000, limits)).toEqual({ turn: { owner: '', left: 3 } });
    await feeding.release('first', { owner: 'acme', left: 2 }, limits);
    expect(await feeding.lease('second', NOON + 90_000, limits)).toEqual({ turn: { owner: 'acme', left: 2 } });
  });
});

describe('an open batch', () => {
  it('is found as it is now', async () => {
    const open = await anOpenBatch();
    expect(await feeding.find(open.batch.batchId, limits)).toEqual(open);
    await batches.setControl(open.batch.batchId, 'paused', limits);
    expect((await feeding.find(open.batch.batchId, limits))?.batch.control).toBe('paused');
    expect(await feeding.find('b_unknown', limits)).toBeUndefined();
    await batches.setControl(open.batch.batchId, 'running', limits);
  });

  it('is written by the feeder that read it last, and by no earlier one', async () => {
    const read = await anOpenBatch();
    const batch: Batch = {
      ...read.batch,
      feed: { sent: 9, fed: { offset: 80, line: 8 }, lines: 7, isFed: true, problem: 'it is gone' },
      tally: { started: 1, finished: 2, failed: 3, returned: 4 },
      points: [{ at: NOON, finished: 5, failed: 6, started: 7 }],
      ...{ startedAt: NOON + 1, finishedAt: NOON + 2 },
    };
    const journal = [
      { line: 4, round: 3, changes: 2, to: 'started' },
      { line: 7, round: 6, changes: 5, from: 'returned', to: 'failed', endedAs: 'superseded' },
    ] as const;
    const saved = await feeding.save({ ...read, batch, journal }, limits);
    expect(saved?.revision).toBe(read.revision + 1);
    expect(await feeding.save(read, limits)).toBeUndefined();
    expect(await feeding.openBatches(limits)).toEqual([{ batch, revision: read.revision + 1, journal }]);
    if (saved === undefined) throw new Error('the batch was not written');
    await feeding.save({ ...saved, journal: [] }, limits);
    expect(await feeding.openBatches(limits)).toMatchObject([{ revision: read.revision + 2, journal: [] }]);
    await feeding.close(read.batch.batchId, limits);
    expect(await feeding.openBatches(limits)).toEqual([]);
  });

  it('is found with all the others, the oldest first, however many pages they take', async () => {
    const ids = [await create('second', NOON + 1), await create('third', NOON + 2), await create('first')];
    // One item a page.
    const send = async (command: object, options: object) => {
      const isQuery = command instanceof QueryCommand;
      return database.client.send(
        (isQuery ? new QueryCommand({ ...command.input, Limit: 1 }) : command) as never,
        options,
      );
    };
    const paged = createFeedLedger({ send: send as never, table: database.table, clock });
    const [second, third, first] = ids;
    expect((await paged.openBatches(limits)).map(({ batch }) => batch.batchId)).toEqual([first, second, third]);
    for (const id of ids) await feeding.close(id, limits);
  });

  it('that has ended meanwhile is not open any more, though the index may not know it yet', async () => {
    const batchId = await create('ended');
    const send = async (command: object, options: object) => {
      const output = await database.client.send(command as never, options);
      if (command instanceof QueryCommand) await feeding.close(batchId, limits);
      return output;
    };
    const late = createFeedLedger({ send: send as never, table: database.table, clock });
    expect(await late.openBatches(limits)).toEqual([]);
  });

  it('that does not exist is not made by being closed', async () => {
    await feeding.close('b_none', limits);
    expect(await batches.find('b_none', limits)).toBeUndefined();
  });
});
