import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { WebhookSeen } from '../../core/completion/webhook-seen.ts';
import { type Item, number, numberOf, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

const KEY: Item = { id: string('webhook') };

/** The item `webhook`, which never expires. */
export function createWebhookSeen({ send, table }: Pick<TableParts, 'send' | 'table'>): WebhookSeen {
  return {
    async note(at, { signal }) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: KEY,
        UpdateExpression: 'SET seen_at = :at',
        ExpressionAttributeValues: { ':at': number(at) },
      });
      await orUnavailable(send(command, { abortSignal: signal }));
    },
    async read({ signal }) {
      const command = new GetItemCommand({ TableName: table, Key: KEY });
      const { Item: item = {} } = await orUnavailable(send(command, { abortSignal: signal }));
      return numberOf(item, 'seen_at');
    },
  };
}
