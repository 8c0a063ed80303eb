import * as z from 'zod';
import type { ServiceCall } from '../../guard.ts';
import type { TablePlan } from '../../service-plan.ts';
import { ACCOUNT, REGION } from '../../template/identities.ts';
import type { Access } from '../evaluate.ts';
import { operationOf, UnknownCall } from '../unknown-call.ts';

/** Tables by their names: which attribute is an item's partition key. */
export type PartitionKeys = (table: string, index: string | undefined) => string | undefined;

const itemSchema = z.record(z.string(), z.unknown());
const batchSchema = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(itemSchema) })) });
const inputSchema = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: itemSchema.optional(),
  Item: itemSchema.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
});
type Input = z.output<typeof inputSchema>;

/** Operations on one table. Of batches, this service only reads one table's items; it has no transactions. */
const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'];

/** @throws UnknownCall, or ZodError for an input without a table */
export function dynamoAccess(call: Pick<ServiceCall, 'headers' | 'input'>, keys: PartitionKeys): readonly Access[] {
  const operation = operationOf(call.headers['x-amz-target']);
  if (operation === 'BatchGetItem') return batchAccess(batchSchema.parse(call.input()), keys);
  if (!OPERATIONS.includes(operation)) {
    throw new UnknownCall(`the local service does not know what dynamodb ${operation} needs`);
  }
  const input = inputSchema.parse(call.input());
  const index = input.IndexName === undefined ? '' : `/index/${input.IndexName}`;
  const table = nameOf(input.TableName);
  const resource = `${arnOf(table)}${index}`;
  return [
    { action: `dynamodb:${operation}`, resource, context: contextOf(operation, input, keys(table, input.IndexName)) },
  ];
}

const nameOf = (table: string) => table.replace(/^arn:.*:table\//, '');
const arnOf = (table: string) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`;

/** The keys of a batch are one condition value: ForAllValues must hold for each. */
function batchAccess({ RequestItems }: z.output<typeof batchSchema>, keys: PartitionKeys): readonly Access[] {
  return Object.entries(RequestItems).map(([given, { Keys }]) => {
    const table = nameOf(given);
    const key = keys(table, undefined) ?? '';
    const context = { 'dynamodb:leadingkeys': Keys.map((each) => scalarOf(each[key])) };
    return { action: 'dynamodb:BatchGetItem', resource: arnOf(table), context };
  });
}

export function partitionKeysOf(tables: readonly TablePlan[]): PartitionKeys {
  return (name, index) => {
    const definition = tables.find((table) => table.definition.TableName === name)?.definition;
    const ofIndex = definition?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index);
    const { KeySchema = [] } = (index === undefined ? definition : ofIndex) ?? {};
    return KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  };
}

/** A Scan names no keys, so ForAllValues is met, as in AWS: a policy that limits keys must not allow Scan. */
function contextOf(operation: string, input: Input, key: string | undefined): Access['context'] {
  if (key === undefined || operation === 'Scan' || operation === 'DescribeTable') return {};
  const value = operation === 'Query' ? queriedValue(input, key) : (input.Key ?? input.Item)?.[key];
  return { 'dynamodb:leadingkeys': [scalarOf(value)] };
}

/** A query names its partition key with `=`, once. */
function queriedValue(input: Input, key: string): unknown {
  const { KeyConditionExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input;
  for (const [, name = '', placeholder = ''] of KeyConditionExpression.matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((ExpressionAttributeNames[name] ?? name) === key) return ExpressionAttributeValues[placeholder];
  }
  return undefined;
}

/** The text of `{ S: text }`. @throws UnknownCall when there is no such value */
function scalarOf(value: unknown): string {
  const [scalar] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  if (typeof scalar === 'string') return scalar;
  throw new UnknownCall(`the local service finds no partition key in the call, got ${JSON.stringify(value)}`);
}
