import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Callback, Target } from '../../core/callback/callback.ts';
import type { CallbackStore } from '../../core/callback/ports.ts';
import { type Item, numberOf, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';

export interface FindCallbackParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
}

export const callbackKeyOf = (partner: string): Item => ({ id: string(`callback:${partner}`) });

/** For whoever only reads callbacks. */
export function createFindCallback({ send, table }: FindCallbackParts): CallbackStore['find'] {
  return async (partner, { signal }) => {
    const command = new GetItemCommand({ TableName: table, Key: callbackKeyOf(partner), ConsistentRead: true });
    const { Item: item } = await orUnavailable(send(command, { abortSignal: signal }));
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
  const failingSince = numberOf(item, 'failing_since');
  return {
    url,
    events: JSON.parse(item.events?.S ?? '[]'),
    createdAt: numberOf(item, 'created_at') ?? 0,
    updatedAt: numberOf(item, 'updated_at') ?? 0,
    ...(failingSince !== undefined && { failingSince }),
    ...(item.paused?.S !== undefined && { paused: JSON.parse(item.paused.S) }),
  };
}
