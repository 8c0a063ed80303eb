import type { Callback, Target } from '../../../core/callback/callback.ts';
import type { CallbackStore } from '../../../core/callback/ports.ts';
import { createGetItem, type ItemParts } from '../items.ts';
import { type Item, numberOf, optionalNumber } from '../ledger-item.ts';

export const callbackKeyOf = (partner: string): string => `callback:${partner}`;

/** For whoever only reads callbacks. */
export function createFindCallback(parts: ItemParts): CallbackStore['find'] {
  const getItem = createGetItem(parts);
  return async (partner, limits) => {
    const item = await getItem(callbackKeyOf(partner), limits);
    return item && itemToCallback(partner, item);
  };
}

export function itemToCallback(partner: string, item: Item): Callback {
  const target = targetOf(item);
  return { partner, secrets: JSON.parse(item.secrets?.S ?? '[]'), ...(target && { target }) };
}

function targetOf(item: Item): Target | undefined {
  const url = item.url?.S;
  if (url === undefined) return undefined;
  return {
    url,
    events: JSON.parse(item.events?.S ?? '[]'),
    createdAt: numberOf(item, 'created_at') ?? 0,
    updatedAt: numberOf(item, 'updated_at') ?? 0,
    ...optionalNumber(item, 'failing_since', 'failingSince'),
    ...(item.paused?.S !== undefined && { paused: JSON.parse(item.paused.S) }),
  };
}
