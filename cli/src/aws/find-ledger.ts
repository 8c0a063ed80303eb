import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { stackName } from '../../../infra/names.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';

/**
 * The ledger's table, whose name CloudFormation made of its stack's and its own.
 * @throws CommandError when there is none, or one of a former stack beside it
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
    throw notFound(`there is no table ${prefix}… here: is ${stage} deployed in this account and region?`);
  }
  if (more.length > 0) {
    throw notFound(`there are several ledgers: say which with --table, one of ${found.join(', ')}`);
  }
  return table;
}

const notFound = (detail: string) => new CommandError('no_ledger', EXIT.failed, detail);
