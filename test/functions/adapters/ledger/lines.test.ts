import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../../functions/adapters/ledger/ledger.ts';
import { createLineLedger } from '../../../../functions/adapters/ledger/lines.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON };
let count = 0;

/** A line whose request has started, and what it was counted as so far. */
async function aStartedLine() {
  count += 1;
  const batchId = `b_${String(count).padStart(32, '0')}`;
  const upload = { file: 'requests/a.csv', line: 7 };
  const request = aRequest({ source: 'upload', upload, batch: { batchId, round: 1 } });
  const table = { send: database.client.send.bind(database.client), table: database.table, clock };
  const lines = createLineLedger(table);
  await lines.put([request], limits);
  await createLedger({ ...table, randomId: randomUUID }).record(request, outcome, limits);
  const { requestId } = request;
  const read = async () => (await lines.find([requestId], limits)).get(requestId);
  const uncounted = () => lines.query(batchId, { what: 'uncounted', beforeLine: 100 }, 10, limits);
  return { batchId, requestId, lines, read, uncounted };
}

describe('a line', () => {
  it('is to be counted until it was told what it was counted as', async () => {
    const { batchId, requestId, lines, read, uncounted } = await aStartedLine();
    expect(await uncounted()).toEqual([requestId]);
    await lines.mark(batchId, requestId, { line: 7, round: 1, changes: 1, to: 'started' }, NOON, limits);
    expect(await read()).toMatchObject({ counted: 'started', isUncounted: false });
    expect(await uncounted()).toEqual([]);
  });

  it('that has changed since it was read is told, and counted again', async () => {
    const { batchId, requestId, lines, read, uncounted } = await aStartedLine();
    await lines.mark(batchId, requestId, { line: 7, round: 1, changes: 0, to: 'started' }, NOON, limits);
    expect(await read()).toMatchObject({ counted: 'started', isUncounted: true });
    expect(await uncounted()).toEqual([requestId]);
  });

  it('is not told what it was counted as before it was counted again', async () => {
    const { batchId, requestId, lines, read } = await aStartedLine();
    const started = { line: 7, round: 1, changes: 1, to: 'started' } as const;
    await lines.mark(batchId, requestId, started, NOON, limits);
    await lines.mark(batchId, requestId, { ...started, from: 'started', to: 'finished' }, NOON, limits);
    await lines.mark(batchId, requestId, { ...started, from: 'started', to: 'returned' }, NOON, limits);
    expect(await read()).toMatchObject({ counted: 'finished' });
  });
});
