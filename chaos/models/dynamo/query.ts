import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { conditionOf } from './condition.ts';
import type { Bindings, Item } from './tokens.ts';

interface Index {
  readonly key: string;
  readonly partition: string;
  readonly sort: string;
  readonly shows: readonly string[];
}

/** So many items a page, where DynamoDB ends one after 1 MB: small, so that every reader has to turn pages. */
const PAGE = 20;

/** A Query of an index. The filter is applied after the page was cut, as DynamoDB does. */
export function queryIndex(index: Index, items: readonly Item[], input: QueryCommandInput, bindings: Bindings): object {
  const { KeyConditionExpression = '', FilterExpression, ScanIndexForward = true, ExclusiveStartKey: start } = input;
  const most = Math.min(PAGE, input.Limit ?? PAGE);
  const isWanted = conditionOf(KeyConditionExpression);
  const direction = ScanIndexForward ? 1 : -1;
  const place = (item: Item) => `${sortable(item[index.sort])}\n${item[index.key]?.S}`;
  const first = start && place(start);
  const found = items
    .filter((item) => index.partition in item && index.sort in item && isWanted(item, bindings))
    .map((item) => ({ item, at: place(item) }))
    .filter(({ at }) => first === undefined || direction * compareText(at, first) > 0)
    .sort((one, other) => direction * compareText(one.at, other.at))
    .map(({ item }) => item);
  const page = found.slice(0, most);
  const shown = page.map((item) => only(item, [index.key, index.partition, index.sort, ...index.shows]));
  const passes = FilterExpression === undefined ? undefined : conditionOf(FilterExpression);
  const Items = shown.filter((item) => passes === undefined || passes(item, bindings));
  const last = page.at(-1);
  if (last === undefined || found.length <= most) return { Items, Count: Items.length };
  return { Items, Count: Items.length, LastEvaluatedKey: only(last, [index.key, index.partition, index.sort]) };
}

/** Numbers in the order of their values; none here is negative. */
function sortable(value: AttributeValue | undefined): string {
  return value?.N === undefined ? (value?.S ?? '') : value.N.padStart(DIGITS, '0');
}
const DIGITS = 20;

/** An item's attributes of these names; all of them without names. */
export function only(item: Item, names?: readonly string[]): Item {
  if (names === undefined) return { ...item };
  const shown: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = item[name];
    if (value !== undefined) shown[name] = value;
  }
  return shown;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
