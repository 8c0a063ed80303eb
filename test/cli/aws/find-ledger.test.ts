import type { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { findLedger } from '../../../cli/src/aws/find-ledger.ts';

/** An account with these tables, of which it tells two at a time. */
function accountWith(tables: readonly string[]) {
  const pages: (string | undefined)[] = [];
  const send = async ({ input: { ExclusiveStartTableName: after = '' } }: ListTablesCommand) => {
    pages.push(after);
    const [first, second, more] = tables.filter((name) => name > after);
    const TableNames = [first, second].filter((name) => name !== undefined);
    return { TableNames, ...(more !== undefined && { LastEvaluatedTableName: second }) };
  };
  return { send: send as unknown as DynamoDBClient['send'], pages };
}

const OURS = 'reprocess-dev-storage-Ledger';

it("finds a stage's ledger among other tables, and reads no more pages than it needs", async () => {
  const { send, pages } = accountWith([
    'another',
    `${OURS}1`,
    'reprocess-dev-storage-Other',
    'reprocess-x',
    'z1',
    'z2',
  ]);
  expect(await findLedger('dev', send)).toBe(`${OURS}1`);
  expect(pages).toEqual([OURS]);
});

it('says so when a stage has several, also on more than one page', async () => {
  const { send } = accountWith([`${OURS}1`, `${OURS}2`, `${OURS}3`]);
  await expect(findLedger('dev', send)).rejects.toMatchObject({
    message: `there are several ledgers: say which with --table, one of ${OURS}1, ${OURS}2, ${OURS}3`,
  });
});

it('says so when a stage has none', async () => {
  const { send } = accountWith(['reprocess-production-storage-Ledger1', 'reprocess-staging-storage-Ledger1']);
  await expect(findLedger('dev', send)).rejects.toMatchObject({ message: expect.stringContaining(`no table ${OURS}`) });
});
