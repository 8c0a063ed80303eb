import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

interface Update {
  readonly Key: { readonly id: AttributeValue };
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Item;
  readonly ReturnValues?: string;
}

export interface LedgerStandIn {
  /** DynamoDB's answer to one of the ledger's operations; `__type` names an error. */
  answer(operation: string, input: unknown): unknown;
  put(item: Item): void;
}

/**
 * DynamoDB in memory, as fast as JavaScript. It makes the ledger's updates, and checks only whether an item must exist, because
 * without faults all other conditions are met. An item with an outcome is deleted, so that long runs measure the function's
 * memory, not this server's.
 */
export function createLedgerStandIn(): LedgerStandIn {
  const items = new Map<string, Item>();

  function update({
    Key,
    UpdateExpression,
    ConditionExpression = '',
    ExpressionAttributeNames: names = {},
    ...input
  }: Update) {
    const id = Key.id.S ?? '';
    const mustExist =
      ConditionExpression !== '' && !/^\(?attribute_not_exists\(\w+\)( OR |$)/.test(ConditionExpression);
    if (mustExist && !items.has(id)) return { __type: 'ConditionalCheckFailedException' };
    const item: Item = { ...items.get(id), ...Key };
    const [, set = '', remove = ''] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(UpdateExpression) ?? [];
    const nameOf = (path: string) => names[path] ?? path;
    for (const assignment of set.split(/, (?![^(]*\))/)) {
      const [path = '', value = ''] = assignment.split(' = ');
      item[nameOf(path)] = evaluate(value, item, nameOf, input.ExpressionAttributeValues);
    }
    for (const path of remove.split(', ')) delete item[nameOf(path)];
    if (item.outcome === undefined) items.set(id, item);
    else items.delete(id);
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: item } : {};
  }

  return {
    put: (item) => void items.set(item.id?.S ?? '', item),
    answer(operation, input) {
      if (operation === 'UpdateItem') return update(input as Update);
      if (operation === 'Query') return { Items: [] };
      if (operation === 'PutItem') return {};
      return { Item: items.get((input as Update).Key.id.S ?? '') };
    },
  };
}

/** `:value`, `if_not_exists(name, :value)`, or such a thing `+ :value`. */
function evaluate(expression: string, item: Item, nameOf: (path: string) => string, values: Item): AttributeValue {
  const [left = '', right] = expression.split(' + ');
  const [, path, standIn = ''] = /^if_not_exists\((\S+), (\S+)\)$/.exec(left) ?? [];
  const first = path === undefined ? values[left] : (item[nameOf(path)] ?? values[standIn]);
  if (right === undefined) return first ?? { NULL: true };
  return { N: String(Number(first?.N) + Number(values[right]?.N)) };
}
