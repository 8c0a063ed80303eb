import { describe, expect, test } from 'vitest';
import { parseCallbackKeys } from '../../../../functions/adapters/secrets/callback-keys.ts';
import { SecretFlaw } from '../../../../functions/adapters/secrets/read-secret.ts';

const KEY = 'k'.repeat(32);

describe('the callback keys in their secret', () => {
  test('are read by their names, the newest last', () => {
    expect([...parseCallbackKeys(JSON.stringify({ old: KEY, new: 'n'.repeat(64) }))]).toEqual([
      ['old', KEY],
      ['new', 'n'.repeat(64)],
    ]);
  });

  test.each([
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{}', 'has no key'],
    [JSON.stringify({ first: KEY.slice(1) }), 'has a key first that is no text of at least 32 characters'],
    [JSON.stringify({ first: KEY, second: 7 }), 'has a key second that is no text of at least 32 characters'],
  ])('%j are refused without being shown', (text, message) => {
    expect(() => parseCallbackKeys(text)).toThrow(new SecretFlaw(message));
  });
});
