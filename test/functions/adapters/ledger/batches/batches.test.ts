import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatchLedger } from '../../../../../functions/adapters/ledger/batches/batches.ts';
import { type Batch, type BatchCheck, batchIdOf, newBatch } from '../../../../../functions/core/batch/batch.ts';
import type { BatchLedger } from '../../../../../functions/core/batch/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { refusingWrites, startLedgerTable } from '../../../../support/ledger-table.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
let ledger: BatchLedger;

beforeAll(async () => {
  database = await startLedgerTable();
  ledger = createBatchLedger({ send: database.client.send.bind(database.client), table: database.table, clock });
});
afterAll(() => database.stop());

const check: BatchCheck = {
  total: 3,
  rejected: 1,
  rejections: [{ line: 2, image_id: 'villa', detail: 'rating must be an integer from 0 to 5, got 7' }],
  repeatedImages: 0,
  differingImages: 0,
  repeats: [],
  problems: [],
  warnings: ['enhance_typ: did you mean enhance_type?'],
};

let count = 0;

function aBatch(overrides: Partial<Batch> = {}): Batch {
  count += 1;
  const batchId = batchIdOf('test', String(count));
  const file = { bucket: 'uploads', key: `requests/${count}.csv`, version: 'v1' };
  return {
    ...newBatch({ batchId, name: `${count}.csv`, source: 'upload', file, createdAt: NOON, check }),
    ...overrides,
  };
}

/** A batch whose file is still to be uploaded. */
function anEmptyBatch(overrides: Partial<Batch> = {}): Batch {
  const { check: _, file, ...rest } = aBatch();
  return { ...rest, file: { bucket: file.bucket, key: file.key }, ...overrides };
}

/** The ids of open batches, those first that were made first. */
async function openBatches(): Promise<readonly (string | undefined)[]> {
  const command = new QueryCommand({
    TableName: database.table,
    IndexName: 'by-work',
    KeyConditionExpression: '#work = :open',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':open': { S: 'open' } },
  });
  return ((await database.client.send(command)).Items ?? []).map(({ id }) => id?.S);
}

describe('a batch', () => {
  it('is read as it was written, with everything that it may have', async () => {
    const points = [{ at: NOON, finished: 1, failed: 2, started: 3 }];
    const its = { partner: 'acme', retryOf: 'b_1', fingerprint: 'f', control: 'paused', points } as const;
    const feed = { sent: 9, fed: { offset: 80, line: 8 }, lines: 7, isFed: true };
    const tally = { started: 1, finished: 2, failed: 3, returned: 4 };
    const whole = aBatch({ ...its, feed, tally, startedAt: NOON + 1, finishedAt: NOON + 2 });
    for (const batch of [aBatch(), anEmptyBatch(), whole]) {
      expect(await ledger.create(batch, limits)).toEqual(batch);
      expect(await ledger.find(batch.batchId, limits)).toEqual(batch);
    }
    expect(await ledger.find('b_unknown', limits)).toBeUndefined();
  });

  it('is kept for 180 days after the 100 that it may take, and not shown after that', async () => {
    const batch = aBatch();
    await ledger.create(batch, limits);
    expect((await database.item(`batch:${batch.batchId}`))?.expires_at).toEqual({
      N: String(NOON / 1000 + 280 * 86_400),
    });
    const later = (days: number) => {
      const send = database.client.send.bind(database.client);
      return createBatchLedger({ send, table: database.table, clock: standingClock(NOON + days * 86_400_000) });
    };
    expect(await later(279).find(batch.batchId, limits)).toEqual(batch);
    expect(await later(280).find(batch.batchId, limits)).toBeUndefined();
  });

  it('is written once: the second to create it gets the first one', async () => {
    const batch = aBatch();
    await ledger.create(batch, limits);
    expect(await ledger.create({ ...batch, name: 'other.csv' }, limits)).toEqual(batch);
  });

  it('is open for the feeder when it is checked, not refused, and has not ended', async () => {
    const batches = [
      aBatch(),
      aBatch({ check: { ...check, refusal: 'every line is refused' } }),
      aBatch({ finishedAt: NOON }),
      anEmptyBatch(),
    ];
    for (const batch of batches) await ledger.create(batch, limits);
    const open = await openBatches();
    expect(batches.map(({ batchId }) => open.includes(`batch:${batchId}`))).toEqual([true, false, false, false]);
  });
});

describe('the end of a check', () => {
  it('opens the batch, once', async () => {
    const batch = anEmptyBatch();
    await ledger.create(batch, limits);
    expect(await ledger.setChecked(batch.batchId, check, 'v2', limits)).toMatchObject({
      check,
      file: { version: 'v2' },
    });
    expect(await openBatches()).toContain(`batch:${batch.batchId}`);
    const other = { ...check, total: 9 };
    expect(await ledger.setChecked(batch.batchId, other, 'v3', limits)).toMatchObject({
      check,
      file: { version: 'v2' },
    });
  });

  it('leaves the batch its place among the open ones, which is that of its creation', async () => {
    const [older, newer] = [anEmptyBatch({ createdAt: NOON - 2 }), anEmptyBatch({ createdAt: NOON - 1 })];
    for (const batch of [newer, older]) {
      await ledger.create(batch, limits);
      clock.set(clock.now() + 1);
      await ledger.setChecked(batch.batchId, check, 'v1', limits);
    }
    const open = await openBatches();
    expect(open.indexOf(`batch:${older.batchId}`)).toBe(open.indexOf(`batch:${newer.batchId}`) - 1);
  });

  it('does not open a batch that is refused, or was cancelled meanwhile', async () => {
    const [refused, cancelled] = [anEmptyBatch(), anEmptyBatch()];
    for (const batch of [refused, cancelled]) await ledger.create(batch, limits);
    await ledger.setControl(cancelled.batchId, 'cancelled', limits);
    const refusal = 'every line is refused';
    expect(await ledger.setChecked(refused.batchId, { ...check, refusal }, 'v1', limits)).toMatchObject({
      check: { refusal },
    });
    expect((await ledger.setChecked(cancelled.batchId, check, 'v1', limits))?.check).toBeUndefined();
    expect(await openBatches()).not.toEqual(expect.arrayContaining([`batch:${refused.batchId}`]));
    expect(await openBatches()).not.toEqual(expect.arrayContaining([`batch:${cancelled.batchId}`]));
  });

  it('is nobody’s for a batch that does not exist', async () => {
    expect(await ledger.setChecked('b_unknown', check, 'v1', limits)).toBeUndefined();
    expect(await ledger.setControl('b_unknown', 'paused', limits)).toBeUndefined();
  });
});

describe('what the owner wants', () => {
  it('changes until the batch is cancelled or has ended', async () => {
    const [batch, ended] = [aBatch(), aBatch({ finishedAt: NOON })];
    for (const each of [batch, ended]) await ledger.create(each, limits);
    const controls = ['paused', 'running', 'cancelled', 'running'] as const;
    const seen: unknown[] = [];
    for (const control of controls) seen.push((await ledger.setControl(batch.batchId, control, limits))?.control);
    expect(seen).toEqual(['paused', 'running', 'cancelled', 'cancelled']);
    expect(await ledger.setControl(ended.batchId, 'cancelled', limits)).toEqual(ended);
  });
});

describe('the list of batches', () => {
  it('merges the batches of several owners, newest first, page by page, each once', async () => {
    const owners = ['merged-a', 'merged-b', 'merged-c'];
    // Three are made in the same millisecond.
    const at = [5, 3, 3, 3, 2, 1, 0].map((minutes) => NOON + minutes * 60_000 + 86_400_000);
    const batches = at.map((createdAt, index) => {
      const partner = owners[index % 3];
      return aBatch({ createdAt, ...(partner !== undefined && { partner }) });
    });
    for (const batch of batches) await ledger.create(batch, limits);
    const foreign = aBatch({ partner: 'merged-d', createdAt: NOON + 90_000_000 });
    await ledger.create(foreign, limits);
    for (const limit of [1, 2, 3, 7]) {
      const seen: Batch[] = [];
      let cursor: string | undefined;
      do {
        const page = await ledger.list(owners, { limit, ...(cursor !== undefined && { cursor }) }, limits);
        seen.push(...page.batches);
        cursor = page.cursor;
      } while (cursor !== undefined && seen.length < batches.length);
      expect(seen.map(({ createdAt }) => createdAt)).toEqual(at);
      expect(new Set(seen.slice(0, 7).map(({ batchId }) => batchId))).toEqual(
        new Set(batches.map(({ batchId }) => batchId)),
      );
    }
  });

  it('shows a partner its own alone, also one that is called service', async () => {
    const [own, operators] = [aBatch({ partner: 'service' }), aBatch()];
    for (const batch of [own, operators]) await ledger.create(batch, limits);
    expect(await ledger.list(['service'], { limit: 100 }, limits)).toEqual({ batches: [own] });
    const { batches } = await ledger.list([undefined], { limit: 100 }, limits);
    expect(batches).toContainEqual(operators);
    expect(batches).not.toContainEqual(own);
  });

  it('refuses a cursor that it did not make, or that is another owner’s', async () => {
    const partners = ['cursor-a', 'cursor-b'];
    for (const partner of [...partners, ...partners]) await ledger.create(aBatch({ partner }), limits);
    const { cursor = '' } = await ledger.list(['cursor-a'], { limit: 1 }, limits);
    for (const wrong of ['', 'x', Buffer.from('[1]').toString('base64url')]) {
      await expect(ledger.list(['cursor-a'], { limit: 1, cursor: wrong }, limits)).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    }
    await expect(ledger.list(['cursor-b'], { limit: 1, cursor }, limits)).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('a ledger that is away', () => {
  it('is told from a condition that does not hold', async () => {
    const send = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const away = createBatchLedger({ send: send as never, table: 'ledger', clock });
    const steps = [
      away.create(aBatch(), limits),
      away.find('b_1', limits),
      away.setChecked('b_1', check, 'v1', limits),
      away.setControl('b_1', 'paused', limits),
      away.list([undefined], { limit: 1 }, limits),
    ];
    for (const step of await Promise.allSettled(steps)) {
      expect(step.status === 'rejected' && step.reason).toBeInstanceOf(DependencyUnavailable);
    }
  });
});

it('a batch that is gone as it is read is to be made again', async () => {
  const { send } = refusingWrites();
  const vanishing = createBatchLedger({ send, table: database.table, clock });
  await expect(vanishing.create(aBatch(), limits)).rejects.toBeInstanceOf(DependencyUnavailable);
});
