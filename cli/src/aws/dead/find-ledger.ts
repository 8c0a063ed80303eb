import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { stackName } from '../../../../infra/names.ts';

/** There is not just one table that may be the stage's ledger; the message says what to do. */
export class LedgerNotFound extends Error {
  override readonly name = 'LedgerNotFound';
}

/**
 * The ledger's table, whose name CloudFormation made of its stack's and its own.
 * @throws LedgerNotFound when there is none, or one of a former stack beside it
 */
export async function findLedger(stage: string, send: DynamoDBClient['send']): Promise<string> {
  const prefix = `${stackName(stage, 'storage')}-Ledger`;
  const found: string[] = [];
  let start: string | undefined = prefix;
  while (start !== undefined) {
    const command: ListTablesCommand = new ListTablesCommand({ ExclusiveStartTableName: start });
    const { TableNames = [], LastEvaluatedTableName } = await send(command);
    found.push(...TableNames.filter((name) => name.startsWith(prefix)));
    // Names come in their order.
    start = LastEvaluatedTableName?.startsWith(prefix) ? LastEvaluatedTableName : undefined;
  }
  const [table, ...more] = found;
  if (table === undefined) {
    throw new LedgerNotFound(`there is no table ${prefix}… here: is ${stage} deployed in this account and region?`);
  }
  if (more.length > 0) {
    throw new LedgerNotFound(`there are several ledgers: say which with --table, one of ${found.join(', ')}`);
  }
  return table;
}
