import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import { LEDGER_RETENTION_MS } from '../../../../../functions/adapters/ledger/ledger-item.ts';
import { createWaitingRequests } from '../../../../../functions/adapters/ledger/requests/waiting-requests.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

it('the images that have a request waiting are counted by the newest request of each', async () => {
  const clock = standingClock();
  const limits = plentyOfTime(clock);
  const parts = { send: database.client.send.bind(database.client), table: database.table, clock };
  const ledger = createLedger({ ...parts, randomId: () => 'claim' });
  const waiting = createWaitingRequests(parts);
  const accept = (imageId: string, acceptedAt = NOON) => {
    const request = aRequest({ source: 'http', partner: 'acme', imageId, acceptedAt });
    return ledger.accept(request, limits).then(() => request);
  };
  const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON };
  await accept('waits');
  const claim = await ledger.claim(await accept('waits too'), { until: NOON + 60_000, by: 'message#1' }, limits);
  if (claim.kind !== 'claimed') throw new Error(`not claimed: ${claim.kind}`);
  const facts = { lastError: { code: 'x', detail: 'y' }, counts: true, lostResponses: 0, retriedMs: 0 };
  await ledger.wait(claim.item, { ...facts, startedAt: NOON, nextAttemptAt: NOON + 5000 }, limits);
  await ledger.record(await accept('started'), outcome, limits);
  await ledger.record(await accept('started, and asked for again'), outcome, limits);
  await accept('started, and asked for again', NOON + 1);
  await accept('asked for, and started later');
  await ledger.record(await accept('asked for, and started later', NOON + 1), outcome, limits);
  const images = [
    'waits',
    'waits too',
    'started',
    'started, and asked for again',
    'asked for, and started later',
    'none',
  ];
  expect(await waiting.countWaiting(images, limits)).toBe(3);
  const each = images.map((image) => waiting.countWaiting([image], limits));
  expect(await Promise.all(each)).toEqual([1, 1, 0, 1, 0, 0]);
  clock.set(NOON + LEDGER_RETENTION_MS);
  expect(await waiting.countWaiting(['waits'], limits)).toBe(0);
});
