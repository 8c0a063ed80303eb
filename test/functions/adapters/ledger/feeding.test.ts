import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBatchLedger } from '../../../../functions/adapters/ledger/batches.ts';
import { createFeedLedger } from '../../../../functions/adapters/ledger/feeding.ts';
import { batchIdOf, newBatch, unreadCheck } from '../../../../functions/core/batch/batch.ts';
import type { FedBatch, FeedLedger } from '../../../../functions/core/batch/feeding/ports.ts';
import type { BatchLedger } from '../../../../functions/core/batch/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

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

async function anOpenBatch(): Promise<FedBatch> {
  const batchId = batchIdOf('test');
  const { refusal: _, ...check } = unreadCheck('');
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  await batches.create(newBatch({ batchId, name: 'a', source: 'upload', file, createdAt: NOON, check }), limits);
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
  });
});

describe('an open batch', () => {
  it('is written by the feeder that read it last, and by no earlier one', async () => {
    const read = await anOpenBatch();
    const tally = { started: 1, finished: 0, failed: 0, returned: 0 };
    const journal = [{ line: 1, round: 1, changes: 1, to: 'started' }] as const;
    const saved = await feeding.save({ ...read, batch: { ...read.batch, tally }, journal }, limits);
    expect(saved?.revision).toBe(read.revision + 1);
    expect(await feeding.save(read, limits)).toBeUndefined();
    expect(await feeding.openBatches(limits)).toMatchObject([{ batch: { tally }, journal }]);
    await feeding.close(read.batch.batchId, limits);
    expect(await feeding.openBatches(limits)).toEqual([]);
  });
});
