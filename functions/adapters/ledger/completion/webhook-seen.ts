import type { WebhookSeen } from '../../../core/completion/webhook-seen.ts';
import { createGetItem, createUpdateItem, type ItemParts } from '../items.ts';
import { number, numberOf, string } from '../ledger-item.ts';

const ID = 'webhook';

/** The item `webhook`, which never expires. */
export function createWebhookSeen(parts: ItemParts): WebhookSeen {
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);
  return {
    async note(at, limits) {
      const values = { ':at': number(at) };
      const update = { UpdateExpression: 'SET seen_at = :at', ExpressionAttributeValues: values };
      await updateItem({ Key: { id: string(ID) }, ...update }, limits);
    },
    read: async (limits) => numberOf((await getItem(ID, limits)) ?? {}, 'seen_at'),
  };
}
