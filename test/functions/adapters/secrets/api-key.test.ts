import { describe, expect, test } from 'vitest';
import { parseApiKey } from '../../../../functions/adapters/secrets/api-key.ts';
import { SecretFlaw } from '../../../../functions/adapters/secrets/read-secret.ts';

describe('the API key in its secret', () => {
  test.each([
    ['3f9a1c', '3f9a1c'],
    [' \n3f9a1c\r\n', '3f9a1c'],
    ['\ufeff3f9a1c', '3f9a1c'],
    ['{"apiKey":"3f9a1c"}', '3f9a1c'],
    ['\n{ "apiKey": " 3f9a1c ", "note": "of the staging account" }\n', '3f9a1c'],
    ['!"#$%&~', '!"#$%&~'],
  ])('%j is read as %s', (text, key) => {
    expect(parseApiKey(text)).toBe(key);
  });

  test.each([
    ['', 'was never filled'],
    [' \n', 'was never filled'],
    ['{}', 'was never filled'],
    ['{"apiKey":""}', 'was never filled'],
    ['{"apiKey":"  "}', 'was never filled'],
    ['{"api_key":"canary"}', 'is a JSON object without "apiKey"'],
    ['{"apiKey":{"canary":1}}', 'has a "apiKey" that is not a string'],
    ['{"apiKey":null,"canary":1}', 'has a "apiKey" that is not a string'],
    ['{canary', 'begins like a JSON object, but is not valid JSON'],
    ['canary key', 'has a space, a line break or another character that no API key has'],
    ['canary\nkey', 'has a space, a line break or another character that no API key has'],
    ['canary\u0000', 'has a space, a line break or another character that no API key has'],
    ['canäry', 'has a space, a line break or another character that no API key has'],
    ['{"apiKey":"canary\\r\\nx-other: 1"}', 'has a space, a line break or another character that no API key has'],
  ])('%j is refused without being shown', (text, message) => {
    expect(() => parseApiKey(text)).toThrow(new SecretFlaw(message, { isEmpty: message === 'was never filled' }));
  });
});
