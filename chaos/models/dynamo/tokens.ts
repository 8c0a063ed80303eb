import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** What stands in for names (`#name`) and values (`:value`) in an expression. */
export interface Bindings {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

/** DynamoDB refuses an expression that it cannot read, or that is handed more than it uses. */
export class ValidationException extends Error {
  override readonly name = 'ValidationException';
  readonly $fault = 'client';
}

const TOKEN = /\s*([#:]?[A-Za-z_]\w*|<>|<=|>=|[=<>(),+-])/y;

/** Reads an expression from left to right. @throws ValidationException for what cannot be read */
export interface Tokens {
  /** Takes the next token if it is this one (words in any case). */
  take(token: string): boolean;
  expect(token: string): void;
  /** Takes the next token if it is one of these. */
  takeOneOf<Token extends string>(tokens: readonly Token[]): Token | undefined;
  /** The next token, a name of ours or a placeholder. */
  word(): string;
  atEnd(): boolean;
}

export function tokensOf(expression: string): Tokens {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  const text = expression.trimEnd();
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) throw new ValidationException(`cannot read ${expression} at ${from}`);
    tokens.push(token);
  }
  let next = 0;
  const take = (token: string) => {
    if (tokens[next]?.toUpperCase() !== token.toUpperCase()) return false;
    next += 1;
    return true;
  };
  return {
    take,
    takeOneOf: (wanted) => wanted.find(take),
    atEnd: () => next === tokens.length,
    expect(token) {
      if (!take(token)) throw new ValidationException(`${expression}: expected ${token}, got ${tokens[next]}`);
    },
    word() {
      const word = tokens[next++] ?? '';
      if (/^[#:\w]/.test(word)) return word;
      throw new ValidationException(`${expression}: expected a name or a value, got ${word}`);
    },
  };
}

/** The attribute that a token names. */
export function nameOf(token: string, { names }: Bindings): string {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (name === undefined) throw new ValidationException(`the name ${token} is not defined`);
  return name;
}

/** What a token stands for in an item: a value that was handed over, or the attribute that it names. */
export function valueFor(token: string, item: Item, bindings: Bindings): AttributeValue | undefined {
  if (!token.startsWith(':')) return item[nameOf(token, bindings)];
  const value = bindings.values[token];
  if (value === undefined) throw new ValidationException(`the value ${token} is not defined`);
  return value;
}

/** @throws ValidationException when a name or a value was handed over that no expression uses */
export function checkUse(expressions: readonly (string | undefined)[], { names, values }: Bindings): void {
  const used = expressions.map((expression = '') => tokensIn(expression));
  const isUnused = (token: string) => !used.some((tokens) => tokens.has(token));
  const unused = [...Object.keys(names).filter(isUnused), ...Object.keys(values).filter(isUnused)];
  if (unused.length > 0) throw new ValidationException(`no expression uses ${unused.join(', ')}`);
}

const known = new Map<string, ReadonlySet<string>>();

/** What an expression stands in for. */
function tokensIn(expression: string): ReadonlySet<string> {
  const tokens = known.get(expression) ?? new Set(expression.match(/[#:]\w+/g) ?? []);
  known.set(expression, tokens);
  return tokens;
}
