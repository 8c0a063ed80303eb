import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLedger } from '../../../../../functions/adapters/ledger/ledger.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

const clock = standingClock();
let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

it('an outcome that is too long for an item of DynamoDB is written without the response', async () => {
  const send = database.client.send.bind(database.client);
  const ledger = createLedger({ send, table: database.table, clock, randomId: () => 'claim' });
  const request = aRequest();
  const limits = plentyOfTime(clock);
  await ledger.claim(request, { until: NOON + 60_000, by: 'message#1' }, limits);
  const response = JSON.stringify({ text: 'x'.repeat(500_000) });
  const recorded = await ledger.record(
    request,
    { kind: 'succeeded', response, attempts: 1, warnings: ['w'], at: NOON },
    limits,
  );
  expect(recorded).toMatchObject({ kind: 'succeeded', response: null, attempts: 1 });
  expect(recorded.warnings).toEqual(['w', expect.stringContaining('too long to store')]);
  expect((await ledger.find(request.requestId, limits))?.outcome).toEqual(recorded);
});
