import { describe, expect, test } from 'vitest';
import { SecretFlaw } from '../../../../functions/adapters/secrets/read-secret.ts';
import { parseWebhookTokens } from '../../../../functions/adapters/secrets/webhook-token.ts';

describe('the token in its secret', () => {
  test.each([
    ['3f9a1c', ['3f9a1c']],
    [' 3f9a1c\r\n', ['3f9a1c']],
    ['{"token":"3f9a1c"}', ['3f9a1c']],
    ['{"token":"new","previousToken":"old"}', ['new', 'old']],
  ])('%j is read as %j', (text, tokens) => {
    expect(parseWebhookTokens(text)).toEqual(tokens);
  });

  test.each([
    ['', 'was never filled'],
    ['{}', 'was never filled'],
    ['{"token":""}', 'was never filled'],
    ['{"token":"a","previousToken":""}', 'has an empty "previousToken"'],
    ['{"previousToken":"canary"}', 'is a JSON object without "token"'],
    ['{"token":"a","previousToken":7}', 'has a "previousToken" that is not a string'],
    ['{canary', 'begins like a JSON object, but is not valid JSON'],
    ['canary\ncanary', 'has a space, a line break or another character that no webhook token has'],
    ['c\u00e4nary', 'has a space, a line break or another character that no webhook token has'],
    [
      '{"token":"a","previousToken":"can ary"}',
      'has a space, a line break or another character that no webhook token has',
    ],
    ['Bearer canary', 'has a space, a line break or another character that no webhook token has'],
  ])('%j is refused without being shown', (text, message) => {
    expect(() => parseWebhookTokens(text)).toThrow(
      new SecretFlaw(message, { isEmpty: message === 'was never filled' }),
    );
  });
});
