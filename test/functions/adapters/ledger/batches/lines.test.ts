import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLineReader } from '../../../../../functions/adapters/ledger/batches/line-reader.ts';
import { createLineLedger } from '../../../../../functions/adapters/ledger/batches/lines.ts';
import { createCompletions } from '../../../../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import { aLease, aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const DAY = 86_400_000;
const clock = standingClock();
const limits = plentyOfTime(clock);
let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 2, warnings: [], at: NOON };
let count = 0;

/** A line whose request has started, and what it was counted as so far. */
async function aStartedLine(batchId = `b_${String(++count).padStart(32, '0')}`, line = 7) {
  const upload = { file: 'requests/a.csv', line };
  const request = aRequest({ source: 'upload', upload, batch: { batchId, round: 3 } });
  const table = { send: database.client.send.bind(database.client), table: database.table, clock };
  const lines = createLineLedger(table);
  await lines.put([request], limits);
  const ledger = createLedger({ ...table, randomId: randomUUID });
  await ledger.claim(request, aLease(NOON + 60_000), limits);
  await ledger.record(request, outcome, limits);
  const { requestId, imageId } = request;
  const read = async () => (await lines.find([requestId], limits)).get(requestId);
  const uncounted = () => lines.query(batchId, { what: 'uncounted', beforeLine: 100 }, 10, limits);
  const failed = (afterLine: number, most = 10) => createLineReader(table).failed(batchId, afterLine, most, limits);
  return { batchId, requestId, imageId, lines, read, uncounted, failed };
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

  it('that was counted as failed is among the failed ones, also where it has changed since it was read', async () => {
    const { batchId, requestId, lines, read, failed, uncounted } = await aStartedLine();
    await lines.mark(batchId, requestId, { line: 7, round: 3, changes: 0, to: 'failed' }, NOON, limits);
    expect(await read()).toMatchObject({ counted: 'failed', isUncounted: false });
    expect([await failed(6), await uncounted()]).toEqual([[{ requestId, line: 7 }], []]);
  });

  it('is not told what it was counted as before it was counted again', async () => {
    const { batchId, requestId, lines, read } = await aStartedLine();
    const started = { line: 7, round: 1, changes: 1, to: 'started' } as const;
    await lines.mark(batchId, requestId, started, NOON, limits);
    await lines.mark(batchId, requestId, { ...started, from: 'started', to: 'finished' }, NOON, limits);
    await lines.mark(batchId, requestId, { ...started, from: 'started', to: 'returned' }, NOON, limits);
    expect(await read()).toMatchObject({ counted: 'finished' });
  });

  it('is read with its round, its attempts and its changes, which differ', async () => {
    const { read, imageId } = await aStartedLine();
    expect(await read()).toMatchObject({ imageId, line: 7, round: 3, attempts: 2, changes: 1 });
    expect(await read()).toMatchObject({ firstAttemptAt: NOON, isUnknown: false });
  });

  it('is read with a completion that is not known, and may be another request’s', async () => {
    const { batchId, requestId, read } = await aStartedLine();
    const completions = createCompletions({
      send: database.client.send.bind(database.client),
      ...{ table: database.table, clock },
    });
    const verdict = { by: 'sweep', hasFailed: false, at: NOON + 5000, confirmed: null, isUnknown: true } as const;
    const completion = { ...verdict, isAmbiguous: true };
    await completions.note({ requestId, state: 'succeeded', batchId, line: 7 }, completion, limits);
    expect(await read()).toMatchObject({ completion, isUnknown: true, changes: 2 });
  });

  it('is to be counted only where it stands before the line that was asked for', async () => {
    const { batchId, requestId, lines } = await aStartedLine();
    const until = (beforeLine: number) => lines.query(batchId, { what: 'uncounted', beforeLine }, 10, limits);
    expect([await until(7), await until(8)]).toEqual([[], [requestId]]);
  });

  it('that was counted as failed is among the failed ones behind an earlier line, and not sent again', async () => {
    const { batchId, requestId, lines, failed } = await aStartedLine();
    await lines.mark(batchId, requestId, { line: 7, round: 3, changes: 1, to: 'failed' }, NOON, limits);
    expect([await failed(6), await failed(7)]).toEqual([[{ requestId, line: 7 }], []]);
    expect(await lines.query(batchId, { what: 'returned' }, 10, limits)).toEqual([]);
  });

  it.each([
    ['failed', true],
    ['finished', false],
  ] as const)(
    'that was counted as %s stays where it is listed, whatever is heard of its image later',
    async (to, isFailed) => {
      const { batchId, requestId, lines, read, failed, uncounted } = await aStartedLine();
      const completions = createCompletions({
        send: database.client.send.bind(database.client),
        ...{ table: database.table, clock },
      });
      const meant = { requestId, state: 'succeeded', batchId, line: 7 } as const;
      const found = { by: 'sweep', hasFailed: isFailed, at: NOON, confirmed: null, isAmbiguous: true } as const;
      await completions.note(meant, found, limits);
      await lines.mark(batchId, requestId, { line: 7, round: 3, changes: 2, to }, NOON, limits);
      const later = { ...found, by: 'webhook', at: NOON + 5000, confirmed: true, isAmbiguous: false } as const;
      expect(await completions.note(meant, later, limits)).toMatchObject({ completion: later });
      expect(await read()).toMatchObject({ completion: later, counted: to, isUncounted: false, changes: 2 });
      expect([await failed(0), await uncounted()]).toEqual([isFailed ? [{ requestId, line: 7 }] : [], []]);
    },
  );

  it('is found before the later ones, where no more are asked for', async () => {
    const later = await aStartedLine(undefined, 8);
    const { batchId, requestId, lines, failed } = await aStartedLine(later.batchId, 7);
    expect(await lines.query(batchId, { what: 'uncounted', beforeLine: 100 }, 1, limits)).toEqual([requestId]);
    for (const [id, line] of [
      [requestId, 7],
      [later.requestId, 8],
    ] as const)
      await lines.mark(batchId, id, { line, round: 3, changes: 1, to: 'failed' }, NOON, limits);
    expect(await failed(0, 1)).toEqual([{ requestId, line: 7 }]);
  });

  it('that was counted as returned waits to be sent again, until the feeder ends it', async () => {
    const { batchId, requestId, lines, read, failed } = await aStartedLine();
    const returned = { line: 7, round: 3, changes: 1, to: 'returned' } as const;
    await lines.mark(batchId, requestId, returned, NOON, limits);
    expect(await lines.query(batchId, { what: 'returned' }, 10, limits)).toEqual([requestId]);
    expect(await failed(0)).toEqual([]);
    const ended = { ...returned, from: 'returned', to: 'failed', endedAs: 'superseded' } as const;
    await lines.mark(batchId, requestId, ended, NOON + 5000, limits);
    expect(await read()).toMatchObject({ counted: 'failed', endedAs: 'superseded', endedAt: NOON + 5000 });
    expect(await lines.query(batchId, { what: 'returned' }, 10, limits)).toEqual([]);
  });

  it('is found for 180 days after its last change, and not after that, though DynamoDB may not have deleted it', async () => {
    const { read } = await aStartedLine();
    onTestFinished(() => clock.set(NOON));
    clock.set(NOON + 180 * DAY - 1000);
    expect(await read()).toBeDefined();
    clock.set(NOON + 180 * DAY);
    expect(await read()).toBeUndefined();
  });

  it('has no newer request than itself', async () => {
    const { imageId, lines } = await aStartedLine();
    expect(await lines.hasNewer(imageId, NOON, limits)).toBe(false);
    expect(await lines.hasNewer(imageId, NOON - 1, limits)).toBe(true);
  });
});
