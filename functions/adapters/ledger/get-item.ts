import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Limits } from '../../core/ports.ts';
import { type Item, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** Reads one item consistently; undefined when there is none. The function throws DependencyUnavailable. */
export function createGetItem({ send, table }: Pick<TableParts, 'send' | 'table'>) {
  return async (id: string, { signal }: Limits): Promise<Item | undefined> => {
    const command = new GetItemCommand({ TableName: table, Key: { id: string(id) }, ConsistentRead: true });
    return (await orUnavailable(send(command, { abortSignal: signal }))).Item;
  };
}
