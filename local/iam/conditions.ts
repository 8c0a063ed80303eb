import { UnsupportedTemplate } from '../template/intrinsics.ts';
import { arnPattern, type Test, textPattern } from './wildcards.ts';

/** The context of a request, by condition key in lower case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Whether a request meets a statement's conditions. */
export type Condition = (context: Context) => boolean;

// The supported conditions. Others are refused when the template is read: without them, a statement would allow or deny
// something else than in AWS.
const OPERATORS: Readonly<Record<string, (wanted: string) => Test>> = {
  StringEquals: (wanted) => (actual) => actual === wanted,
  StringLike: textPattern,
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: (wanted) => (actual) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (wanted) => (actual) => Number(actual) < Number(wanted),
};

const ONE_VALUE = [
  ...['aws:securetransport', 'aws:sourceaccount', 'aws:sourcearn', 'events:source'],
  ...['s3:tlsversion', 's3:prefix'],
];
const MANY_VALUES = ['dynamodb:leadingkeys'];

const FOR_ALL = 'ForAllValues:';
const IF_EXISTS = /IfExists$/;

/**
 * All tests must be met. A test is met by any one of its values.
 * @param where names the statement in errors
 * @throws UnsupportedTemplate for an unknown operator, key or value
 */
export function compileConditions(
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  where: string,
): Condition {
  const tests = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => compile(operator, key, wanted, where)),
  );
  return (context) => tests.every((isMet) => isMet(context));
}

function compile(operator: string, key: string, wanted: unknown, where: string): Condition {
  const forAll = operator.startsWith(FOR_ALL);
  const name = (forAll ? operator.slice(FOR_ALL.length) : operator).replace(IF_EXISTS, '');
  const toTest = OPERATORS[name];
  if (toTest === undefined) throw unknown(where, `the condition operator ${operator}`);
  const contextKey = key.toLowerCase();
  const isKnown = forAll ? [...ONE_VALUE, ...MANY_VALUES].includes(contextKey) : ONE_VALUE.includes(contextKey);
  if (!isKnown) throw unknown(where, `the condition key ${key} under ${operator}`);
  const tests = [wanted].flat().map((value) => toTest(textOf(value, where)));
  const fits: Test = (actual) => tests.some((matches) => matches(actual));
  return (context) => {
    const actual = context[contextKey];
    // A key that the request does not have: ForAllValues is met, and any other test is not.
    if (actual === undefined) return forAll || IF_EXISTS.test(operator);
    return [actual].flat().every(fits);
  };
}

function textOf(value: unknown, where: string): string {
  const text = String(value);
  if (typeof value === 'object' || text.includes('${'))
    throw unknown(where, `the condition value ${JSON.stringify(value)}`);
  return text;
}

function unknown(where: string, what: string): UnsupportedTemplate {
  return new UnsupportedTemplate(`${where}: the local service does not know ${what}, so it cannot check permissions`);
}
