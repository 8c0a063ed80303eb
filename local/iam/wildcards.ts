export type Test = (text: string) => boolean;

/** `*` stands for any text and `?` for one character, as in conditions. */
export function textPattern(pattern: string): Test {
  const expression = new RegExp(`^${translate(pattern, () => ['.*', '.'])}$`, 's');
  return (text) => expression.test(text);
}

/** As in `Action`, ignoring case. */
export function actionPattern(pattern: string): Test {
  const matches = textPattern(pattern.toLowerCase());
  return (action) => matches(action.toLowerCase());
}

/**
 * As in `Resource`. A wildcard matches within one part of an ARN (parts are separated by colons). Only a `*` at the end of a part
 * also matches beyond the colon (IAM user guide, JSON policy element Resource).
 */
export function resourcePattern(pattern: string): Test {
  const within = (next: string | undefined) => [next === undefined || next === ':' ? '.*' : '[^:]*', '[^:]'] as const;
  const expression = new RegExp(`^${translate(pattern, within)}$`, 's');
  return (arn) => expression.test(arn);
}

/** As in the operators ArnEquals and ArnLike, which compare an ARN's six parts one by one (JSON policy element Condition). */
export function arnPattern(pattern: string): Test {
  const parts = partsOf(pattern).map(textPattern);
  return (arn) => {
    const actual = partsOf(arn);
    return actual.length === parts.length && parts.every((matches, index) => matches(actual[index] ?? ''));
  };
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/;

/** @param meaning of `*` and of `?`, given the character behind it */
function translate(pattern: string, meaning: (next: string | undefined) => readonly [string, string]): string {
  const translated = [...pattern].map((character, index, all) => {
    const [many, one] = meaning(all[index + 1]);
    if (character === '*') return many;
    return character === '?' ? one : character.replace(SPECIAL, '\\$&');
  });
  return translated.join('');
}
