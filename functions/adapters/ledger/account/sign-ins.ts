import type { SignInCounter } from '../../../core/console/sign-in.ts';
import { createUpdateItem, type ItemParts } from '../items.ts';
import { number, numberOf, seconds, string } from '../ledger-item.ts';

/** Counts refused sign-ins in one item for each address and window, which expires with the window. */
export function createSignInCounter(parts: ItemParts): SignInCounter {
  const updateItem = createUpdateItem(parts);
  return {
    async add(address, { start, end }, refused, limits) {
      const update = {
        Key: { id: string(`signin:${address}:${start}`) },
        UpdateExpression: 'SET expires_at = :end ADD refused :refused',
        ExpressionAttributeValues: { ':end': seconds(end), ':refused': number(refused) },
        ReturnValues: 'ALL_NEW',
      } as const;
      const item = (await updateItem(update, limits)) ?? {};
      return numberOf(item, 'refused') ?? 0;
    },
  };
}
