import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { conditionOf } from './dynamo/condition.ts';
import { queryIndex } from './dynamo/query.ts';
import { type Bindings, checkUse, type Item, ValidationException } from './dynamo/tokens.ts';
import { updateOf } from './dynamo/update.ts';

export interface TableOptions {
  readonly name: string;
  /** The partition key, a string; there is no sort key. */
  readonly key: string;
  /** By name: the index's partition and sort key, and the attributes that it shows beside the keys. */
  readonly indexes: Readonly<
    Record<string, { readonly partition: string; readonly sort: string; readonly shows: readonly string[] }>
  >;
  /** Called for every write that took place. */
  readonly onWrite?: (before: Item | undefined, after: Item) => void;
}

/** One DynamoDB table: every read is consistent, every write is one step. Time and capacity are somebody else's matter. */
export interface Table {
  readonly name: string;
  /** Carries out an operation on the input that the SDK's command carries. @throws ConditionalCheckFailedException, ValidationException; Error for what this model does not know */
  respond(operation: string, input: unknown): object;
}

/** DynamoDB's limit for one item (names and values). */
const MAX_ITEM_BYTES = 400 * 1024;

export function createTable({ name, key, indexes, onWrite }: TableOptions): Table {
  const items = new Map<string, Item>();

  function keyOf(item: Item): string {
    const value = item[key]?.S;
    if (value === undefined || value === '') throw new ValidationException(`the key ${key} must be a string`);
    return value;
  }

  function write(after: Item): void {
    const id = keyOf(after);
    const bytes = Object.entries(after).reduce((sum, [attribute, value]) => sum + sizeOf(attribute, value), 0);
    if (bytes > MAX_ITEM_BYTES) throw new ValidationException('Item size has exceeded the maximum allowed size');
    const before = items.get(id);
    items.set(id, after);
    onWrite?.(before, after);
  }

  function check(expression: string | undefined, item: Item | undefined, bindings: Bindings): void {
    if (expression === undefined || conditionOf(expression)(item ?? {}, bindings)) return;
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }

  function put({ Item: item = {}, ConditionExpression: condition, ...given }: PutItemCommandInput): object {
    const bindings = bindingsOf(given);
    checkUse([condition], bindings);
    check(condition, items.get(keyOf(item)), bindings);
    write({ ...item });
    return {};
  }

  function update(input: UpdateItemCommandInput): object {
    const { Key = {}, UpdateExpression: expression = '', ConditionExpression: condition } = input;
    const bindings = bindingsOf(input);
    checkUse([expression, condition], bindings);
    const before = items.get(keyOf(Key));
    check(condition, before, bindings);
    const after = updateOf(expression)(before ?? Key, bindings);
    if (keyOf(after) !== keyOf(Key)) throw new ValidationException('an update cannot change the key');
    write(after);
    if (input.ReturnValues === 'ALL_NEW') return { Attributes: { ...after } };
    if (input.ReturnValues === undefined || input.ReturnValues === 'NONE') return {};
    throw new Error(`the model of DynamoDB does not know ReturnValues ${input.ReturnValues}`);
  }

  function get({ Key = {} }: GetItemCommandInput): object {
    const item = items.get(keyOf(Key));
    return item === undefined ? {} : { Item: { ...item } };
  }

  function query(input: QueryCommandInput): object {
    const index = indexes[input.IndexName ?? ''];
    if (index === undefined) throw new ValidationException(`the table has no index ${input.IndexName}`);
    checkUse([input.KeyConditionExpression, input.FilterExpression], bindingsOf(input));
    return queryIndex({ ...index, key }, [...items.values()], input, bindingsOf(input));
  }

  return {
    name,
    respond(operation, input) {
      const { TableName } = input as { readonly TableName?: string };
      if (TableName !== name) throw new ValidationException(`there is no table ${TableName}`);
      if (operation === 'PutItem') return put(input as PutItemCommandInput);
      if (operation === 'UpdateItem') return update(input as UpdateItemCommandInput);
      if (operation === 'GetItem') return get(input as GetItemCommandInput);
      if (operation === 'Query') return query(input as QueryCommandInput);
      throw new Error(`the model of DynamoDB does not know ${operation}`);
    },
  };
}

function sizeOf(name: string, { S, N, BOOL }: AttributeValue): number {
  if (S === undefined && N === undefined && BOOL === undefined) {
    throw new ValidationException(`${name} must be a string, a number or a boolean`);
  }
  return Buffer.byteLength(name) + Buffer.byteLength(S ?? N ?? '?');
}

function bindingsOf(
  input: Pick<QueryCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
): Bindings {
  return { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
}
