import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SignInCounter } from '../../core/console/sign-in.ts';
import { number, numberOf, seconds, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** Counts refused sign-ins in one item for each address and window, which expires with the window. */
export function createSignInCounter({ send, table }: Pick<TableParts, 'send' | 'table'>): SignInCounter {
  return {
    async add(address, { start, end }, refused, { signal }) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: { id: string(`signin:${address}:${start}`) },
        UpdateExpression: 'SET expires_at = :end ADD refused :refused',
        ExpressionAttributeValues: { ':end': seconds(end), ':refused': number(refused) },
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes: item = {} } = await orUnavailable(send(command, { abortSignal: signal }));
      return numberOf(item, 'refused') ?? 0;
    },
  };
}
