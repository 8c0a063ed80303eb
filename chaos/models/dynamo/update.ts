import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Bindings, type Item, nameOf, type Tokens, tokensOf, ValidationException, valueFor } from './tokens.ts';

/** The item after an update. */
export type UpdateOf = (item: Item, bindings: Bindings) => Item;
type Operand = (item: Item, bindings: Bindings) => AttributeValue;

const known = new Map<string, UpdateOf>();

/** An UpdateExpression of `SET` (with `if_not_exists`, `+`, `-`) and `REMOVE`. @throws ValidationException for anything else */
export function updateOf(expression: string): UpdateOf {
  const compiled = known.get(expression) ?? compile(expression);
  known.set(expression, compiled);
  return compiled;
}

function compile(expression: string): UpdateOf {
  const tokens = tokensOf(expression);
  const assignments = tokens.take('SET') ? list(tokens, assignment) : [];
  const removals = tokens.take('REMOVE') ? list(tokens, () => tokens.word()) : [];
  if (!tokens.atEnd()) throw new ValidationException(`${expression}: something stands behind its end`);
  return (item, bindings) => {
    const after: Record<string, AttributeValue> = { ...item };
    for (const name of removals) delete after[nameOf(name, bindings)];
    const paths = new Set(removals.map((name) => nameOf(name, bindings)));
    for (const [name, value] of assignments) {
      const path = nameOf(name, bindings);
      // Every right-hand side sees the item as it was before.
      after[path] = value(item, bindings);
      paths.add(path);
    }
    if (paths.size < assignments.length + removals.length) {
      throw new ValidationException(`${expression}: two document paths overlap`);
    }
    return after;
  };
}

function list<Part>(tokens: Tokens, read: (tokens: Tokens) => Part): Part[] {
  const parts = [read(tokens)];
  while (tokens.take(',')) parts.push(read(tokens));
  return parts;
}

function assignment(tokens: Tokens): readonly [string, Operand] {
  const name = tokens.word();
  tokens.expect('=');
  const left = operand(tokens);
  const sign = tokens.takeOneOf(['+', '-']);
  if (sign === undefined) return [name, left];
  const right = operand(tokens);
  const sum = (item: Item, bindings: Bindings) =>
    numberOf(left(item, bindings)) + (sign === '+' ? 1 : -1) * numberOf(right(item, bindings));
  return [name, (item, bindings) => ({ N: String(sum(item, bindings)) })];
}

function operand(tokens: Tokens): Operand {
  if (!tokens.take('if_not_exists')) return existing(tokens.word());
  tokens.expect('(');
  const name = tokens.word();
  tokens.expect(',');
  const otherwise = operand(tokens);
  tokens.expect(')');
  return (item, bindings) => valueFor(name, item, bindings) ?? otherwise(item, bindings);
}

function existing(word: string): Operand {
  return (item, bindings) => {
    const value = valueFor(word, item, bindings);
    if (value === undefined) throw new ValidationException(`the attribute ${word} does not exist in the item`);
    return value;
  };
}

function numberOf({ N: digits }: AttributeValue): number {
  if (digits === undefined) throw new ValidationException('only numbers can be added');
  return Number(digits);
}
