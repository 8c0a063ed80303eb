import { expect, it } from 'vitest';
import { createSignInCounter } from '../../../../../functions/adapters/ledger/account/sign-ins.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

it('refused sign-ins are counted for each address and minute, and forgotten after it', async () => {
  const { client, table, item, stop } = await startLedgerTable();
  const counter = createSignInCounter({ send: client.send.bind(client), table });
  const limits = plentyOfTime(standingClock());
  const [minute, next] = [NOON, NOON + 60_000].map((start) => ({ start, end: start + 60_000 }));
  if (minute === undefined || next === undefined) throw new Error('there are two');
  const refuse = (address: string, window = minute) => counter.add(address, window, 1, limits);
  expect([await refuse('10.0.0.1'), await refuse('10.0.0.1')]).toEqual([1, 2]);
  expect([await refuse('10.0.0.2'), await refuse('10.0.0.1', next)]).toEqual([1, 1]);
  expect(await counter.add('10.0.0.1', minute, 0, limits)).toBe(2);
  expect((await item(`signin:10.0.0.1:${NOON}`))?.expires_at?.N).toBe(String(minute.end / 1000));
  await stop();
});
