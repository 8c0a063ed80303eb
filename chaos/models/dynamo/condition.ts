import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Bindings, type Item, nameOf, type Tokens, tokensOf, ValidationException, valueFor } from './tokens.ts';

export type Condition = (item: Item, bindings: Bindings) => boolean;

const COMPARISONS = ['=', '<>', '<=', '>=', '<', '>'] as const;
const known = new Map<string, Condition>();

/**
 * A ConditionExpression, KeyConditionExpression or FilterExpression: `AND`, `OR`, `NOT`, parentheses, comparisons,
 * `BETWEEN`, `attribute_exists` and `attribute_not_exists`. @throws ValidationException for anything else
 */
export function conditionOf(expression: string): Condition {
  const compiled = known.get(expression) ?? compile(expression);
  known.set(expression, compiled);
  return compiled;
}

function compile(expression: string): Condition {
  const tokens = tokensOf(expression);
  const condition = anyOf(tokens);
  if (!tokens.atEnd()) throw new ValidationException(`${expression}: something stands behind its end`);
  return condition;
}

function anyOf(tokens: Tokens): Condition {
  const parts = [allOf(tokens)];
  while (tokens.take('OR')) parts.push(allOf(tokens));
  return (item, bindings) => parts.some((part) => part(item, bindings));
}

function allOf(tokens: Tokens): Condition {
  const parts = [one(tokens)];
  while (tokens.take('AND')) parts.push(one(tokens));
  return (item, bindings) => parts.every((part) => part(item, bindings));
}

function one(tokens: Tokens): Condition {
  if (tokens.take('NOT')) {
    const condition = one(tokens);
    return (item, bindings) => !condition(item, bindings);
  }
  if (tokens.take('(')) {
    const condition = anyOf(tokens);
    tokens.expect(')');
    return condition;
  }
  const check = tokens.takeOneOf(['attribute_not_exists', 'attribute_exists']);
  return check === undefined ? comparison(tokens) : existence(tokens, check === 'attribute_exists');
}

function existence(tokens: Tokens, wanted: boolean): Condition {
  tokens.expect('(');
  const name = tokens.word();
  tokens.expect(')');
  return (item, bindings) => nameOf(name, bindings) in item === wanted;
}

function comparison(tokens: Tokens): Condition {
  const left = tokens.word();
  if (tokens.take('BETWEEN')) return between(left, tokens);
  const operator = tokens.takeOneOf(COMPARISONS);
  if (operator === undefined) throw new ValidationException(`${left} is followed by no comparison that is known here`);
  const right = tokens.word();
  return (item, bindings) => compare(valueFor(left, item, bindings), operator, valueFor(right, item, bindings));
}

/** Both ends are included. */
function between(middle: string, tokens: Tokens): Condition {
  const least = tokens.word();
  tokens.expect('AND');
  const most = tokens.word();
  return (item, bindings) => {
    const value = valueFor(middle, item, bindings);
    return (
      compare(value, '>=', valueFor(least, item, bindings)) && compare(value, '<=', valueFor(most, item, bindings))
    );
  };
}

// An attribute that is absent compares to nothing, nor does one of another type.
function compare(one?: AttributeValue, operator?: (typeof COMPARISONS)[number], other?: AttributeValue): boolean {
  const [left, right] = [comparable(one), comparable(other)];
  if (left === undefined || right === undefined) return false;
  if (typeof left !== typeof right) return operator === '<>';
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

function comparable(value: AttributeValue | undefined): number | string | undefined {
  if (value === undefined) return undefined;
  if (value.N !== undefined) return Number(value.N);
  if (value.S !== undefined) return value.S;
  throw new ValidationException(`the model compares numbers and strings only, got ${Object.keys(value)}`);
}
