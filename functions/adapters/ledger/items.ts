import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Limits } from '../../core/ports.ts';
import { type Item, string } from './ledger-item.ts';
import { ifConditionHolds, orUnavailable } from './outage.ts';

export interface ItemParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
}

/** Reads one item consistently; undefined when there is none. The function throws DependencyUnavailable. */
export function createGetItem({ send, table }: ItemParts) {
  return async (id: string, { signal }: Limits): Promise<Item | undefined> => {
    const command = new GetItemCommand({ TableName: table, Key: { id: string(id) }, ConsistentRead: true });
    return (await orUnavailable(send(command, { abortSignal: signal }))).Item;
  };
}

/** An update of one item, and its condition, without its table. */
export type Update = Pick<
  UpdateItemCommandInput,
  | 'Key'
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
  | 'ReturnValues'
>;

/** An update of an item that is known. */
export type Change = Omit<Update, 'Key'>;

/**
 * Updates one item. Resolves with the attributes that `ReturnValues` asks for; undefined when the condition did not hold. The
 * function throws DependencyUnavailable.
 */
export function createUpdateItem({ send, table }: ItemParts) {
  return async (update: Update, { signal }: Limits): Promise<Item | undefined> => {
    const command = new UpdateItemCommand({ TableName: table, ...update });
    const output = await ifConditionHolds(send(command, { abortSignal: signal }));
    return output && (output.Attributes ?? {});
  };
}
