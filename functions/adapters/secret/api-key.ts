import { SecretFlaw } from './read.ts';

/** `example` for the secret that {@link parseApiKey} reads. */
export const API_KEY_EXAMPLE = '<the Autoenhance API key>';

/** The key for `x-api-key` out of its secret: the key itself, or `{"apiKey": "…"}`. @throws SecretFlaw */
export function parseApiKey(text: string): string {
  const trimmed = text.trim();
  const key = trimmed.startsWith('{') ? memberOf(trimmed) : trimmed;
  if (key === '') throw new SecretFlaw('was never filled');
  // What a header may carry, without the space: a key that holds one was copied together with something else.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new SecretFlaw('holds a space, a line break or another character that no API key has');
  }
  return key;
}

function memberOf(json: string): string {
  const content = parseObject(json);
  // What a deployed stage begins with.
  if (Object.keys(content).length === 0) return '';
  const { apiKey } = content;
  if (apiKey === undefined) throw new SecretFlaw('is a JSON object without "apiKey"');
  if (typeof apiKey !== 'string') throw new SecretFlaw('holds an "apiKey" that is no string');
  return apiKey.trim();
}

function parseObject(json: string): { readonly apiKey?: unknown } {
  try {
    return JSON.parse(json) as { readonly apiKey?: unknown };
  } catch {
    throw new SecretFlaw('begins like a JSON object and is none');
  }
}
