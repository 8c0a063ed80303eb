import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { LineReader } from '../../../core/batch/line-ports.ts';
import { number, numberOf, string, textOf } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import type { TableParts } from '../table.ts';
import { failedOf } from './line-item.ts';
import { BY_WORK, createLineLedger } from './lines.ts';

/** A batch's lines, for the API: it changes none. */
export function createLineReader(parts: TableParts): LineReader {
  const { send, table } = parts;
  const { find, findWhole, hasNewer } = createLineLedger(parts);
  return {
    find,
    findWhole,
    hasNewer,
    async failed(batchId, afterLine, most, { signal }) {
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_WORK,
        KeyConditionExpression: '#work = :work AND place > :after',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':work': string(failedOf(batchId)), ':after': number(afterLine) },
        Limit: most,
      });
      const { Items = [] } = await orUnavailable(send(command, { abortSignal: signal }));
      return Items.map((item) => ({ requestId: textOf(item, 'id'), line: numberOf(item, 'place') ?? 0 }));
    },
  };
}
