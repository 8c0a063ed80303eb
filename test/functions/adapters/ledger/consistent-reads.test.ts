import { expect, it } from 'vitest';
import { createBudgetStore } from '../../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../../functions/adapters/ledger/account/pause.ts';
import { createBatchGet } from '../../../../functions/adapters/ledger/batch-get.ts';
import { createBatchLedger } from '../../../../functions/adapters/ledger/batches/batches.ts';
import { createFileLedger } from '../../../../functions/adapters/ledger/batches/files.ts';
import { createLedger } from '../../../../functions/adapters/ledger/ledger.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { refusingWrites } from '../../../support/ledger-table.ts';

interface Read {
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: { readonly ledger: Read };
}

// A writer reads what stands there when its write is refused: what stood there a moment ago would mislead it.
it.each(['a request', 'a batch', 'many items', 'the account’s pause', 'the calls of a window'] as const)(
  '%s is read as it is now, not as it was a moment ago',
  async (what) => {
    const clock = standingClock();
    const limits = plentyOfTime(clock);
    const reads: Read[] = [];
    const send = async ({ input }: { readonly input: Read }) => {
      reads.push(input.RequestItems?.ledger ?? input);
      return {};
    };
    const parts = { send: send as never, table: 'ledger', clock, randomId: () => 'id' };
    await {
      'a request': () => createLedger(parts).find('http:1', limits),
      'a batch': () => createBatchLedger(parts).find('b_1', limits),
      'many items': () => createBatchGet(parts)(['http:1', 'http:2'], limits),
      'the account’s pause': () => createPauseStore(parts).read(limits),
      'the calls of a window': () => createBudgetStore(parts).read({ start: NOON, end: NOON + 1 }, limits),
    }[what]();
    expect(reads).toEqual([expect.objectContaining({ ConsistentRead: true })]);
  },
);

it('a file that another run may have is read as it is now', async () => {
  const { send, inputs } = refusingWrites();
  const files = createFileLedger({ send, table: 'ledger', clock: standingClock() });
  await files.claim({ fileId: 'file:1', owner: 'a' }, NOON + 1, plentyOfTime(standingClock()));
  expect(inputs.filter((input) => !('UpdateExpression' in input))).toEqual([
    expect.objectContaining({ ConsistentRead: true }),
  ]);
});
