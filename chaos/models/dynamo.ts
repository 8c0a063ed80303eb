import {
  type AttributeValue,
  type BatchGetItemCommandInput,
  ConditionalCheckFailedException,
  type DeleteItemCommandInput,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { conditionOf } from './dynamo/condition.ts';
import { only, queryIndex } from './dynamo/query.ts';
import { type Bindings, checkUse, type Item, nameOf, ValidationException } from './dynamo/tokens.ts';
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
  /** Called for every item that an operation removed. */
  readonly onRemove?: (before: Item) => void;
  /** Epoch ms: when writes reach the indexes, and what has expired. Without it indexes are always up to date, and nothing expires. */
  readonly now?: () => number;
  /** By how many ms an index lags behind just now. */
  readonly lagMs?: () => number;
  /** How many ms after its moment an item that has expired is deleted. */
  readonly deletedAfterMs?: () => number;
}

/** One DynamoDB table: every read by key is consistent, every write is one step. Capacity is somebody else's matter. */
export interface Table {
  readonly name: string;
  /** Carries out an operation on the input that the SDK's command carries. @throws ConditionalCheckFailedException, ValidationException; Error for what this model does not know */
  respond(operation: string, input: unknown): object;
}

/** DynamoDB's limit for one item (names and values). */
const MAX_ITEM_BYTES = 400 * 1024;
/** And for one BatchGetItem. */
const MAX_BATCH_KEYS = 100;

interface Stored {
  readonly item: Item;
  /** What stood there before the last write. */
  readonly before: Item | undefined;
  readonly writtenAt: number;
  readonly deletedAt: number;
}

export function createTable({ name, key, indexes, onWrite, onRemove, ...options }: TableOptions): Table {
  const { now = () => 0, lagMs = () => 0, deletedAfterMs = () => Number.POSITIVE_INFINITY } = options;
  const items = new Map<string, Stored>();

  /** The item that stands under a key. */
  function itemOf(id: string): Item | undefined {
    const stored = items.get(id);
    if (stored === undefined || stored.deletedAt > now()) return stored?.item;
    items.delete(id);
    return undefined;
  }

  function keyOf(item: Item): string {
    const value = item[key]?.S;
    if (value === undefined || value === '') throw new ValidationException(`the key ${key} must be a string`);
    return value;
  }

  function write(after: Item): void {
    const id = keyOf(after);
    const bytes = Object.entries(after).reduce((sum, [attribute, value]) => sum + sizeOf(attribute, value), 0);
    if (bytes > MAX_ITEM_BYTES) throw new ValidationException('Item size has exceeded the maximum allowed size');
    const before = itemOf(id);
    const expiresAt = Number(after.expires_at?.N ?? Number.POSITIVE_INFINITY) * 1000;
    items.set(id, { item: after, before, writtenAt: now(), deletedAt: expiresAt + deletedAfterMs() });
    onWrite?.(before, after);
  }

  /** What an index shows: it may not know of the last write to an item yet. */
  function indexed(): readonly Item[] {
    const time = now();
    const known = time - lagMs();
    const shown: Item[] = [];
    for (const { item, before, writtenAt, deletedAt } of items.values()) {
      const current = writtenAt > known ? before : item;
      if (current !== undefined && deletedAt > time) shown.push(current);
    }
    return shown;
  }

  function check(expression: string | undefined, item: Item | undefined, bindings: Bindings): void {
    if (expression === undefined || conditionOf(expression)(item ?? {}, bindings)) return;
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }

  function put({ Item: item = {}, ConditionExpression: condition, ...given }: PutItemCommandInput): object {
    const bindings = bindingsOf(given);
    checkUse([condition], bindings);
    check(condition, itemOf(keyOf(item)), bindings);
    write({ ...item });
    return {};
  }

  function update(input: UpdateItemCommandInput): object {
    const { Key = {}, UpdateExpression: expression = '', ConditionExpression: condition } = input;
    const bindings = bindingsOf(input);
    checkUse([expression, condition], bindings);
    const before = itemOf(keyOf(Key));
    check(condition, before, bindings);
    const after = updateOf(expression)(before ?? Key, bindings);
    if (keyOf(after) !== keyOf(Key)) throw new ValidationException('an update cannot change the key');
    write(after);
    if (input.ReturnValues === 'ALL_NEW') return { Attributes: { ...after } };
    if (input.ReturnValues === undefined || input.ReturnValues === 'NONE') return {};
    throw new Error(`the model of DynamoDB does not know ReturnValues ${input.ReturnValues}`);
  }

  /** The indexes know of it at once. */
  function remove({ Key = {}, ConditionExpression: condition, ...given }: DeleteItemCommandInput): object {
    const bindings = bindingsOf(given);
    checkUse([condition], bindings);
    const before = itemOf(keyOf(Key));
    check(condition, before, bindings);
    items.delete(keyOf(Key));
    if (before !== undefined) onRemove?.(before);
    return {};
  }

  function get({ Key = {} }: GetItemCommandInput): object {
    const item = itemOf(keyOf(Key));
    return item === undefined ? {} : { Item: { ...item } };
  }

  function batchGet({ RequestItems = {} }: BatchGetItemCommandInput): object {
    const { Keys = [], ProjectionExpression, ExpressionAttributeNames: names = {} } = RequestItems[name] ?? {};
    if (Keys.length === 0 || Keys.length > MAX_BATCH_KEYS) {
      throw new ValidationException(`a batch must have 1 to ${MAX_BATCH_KEYS} keys, got ${Keys.length}`);
    }
    const ids = Keys.map(keyOf);
    if (new Set(ids).size < ids.length) throw new ValidationException('Provided list of item keys contains duplicates');
    checkUse([ProjectionExpression], { names, values: {} });
    const shown = ProjectionExpression?.split(',').map((part) => nameOf(part.trim(), { names, values: {} }));
    const found = ids.map(itemOf).filter((item) => item !== undefined);
    return { Responses: { [name]: found.map((item) => only(item, shown)) }, UnprocessedKeys: {} };
  }

  function query(input: QueryCommandInput): object {
    const index = indexes[input.IndexName ?? ''];
    if (index === undefined) throw new ValidationException(`the table has no index ${input.IndexName}`);
    checkUse([input.KeyConditionExpression, input.FilterExpression], bindingsOf(input));
    return queryIndex({ ...index, key }, indexed(), input, bindingsOf(input));
  }

  return {
    name,
    respond(operation, input) {
      const { TableName, RequestItems = {} } = input as BatchGetItemCommandInput & { readonly TableName?: string };
      if ((TableName ?? Object.keys(RequestItems)[0]) !== name)
        throw new ValidationException(`there is no table ${TableName}`);
      if (operation === 'PutItem') return put(input as PutItemCommandInput);
      if (operation === 'UpdateItem') return update(input as UpdateItemCommandInput);
      if (operation === 'DeleteItem') return remove(input as DeleteItemCommandInput);
      if (operation === 'GetItem') return get(input as GetItemCommandInput);
      if (operation === 'Query') return query(input as QueryCommandInput);
      if (operation === 'BatchGetItem') return batchGet(input as BatchGetItemCommandInput);
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
