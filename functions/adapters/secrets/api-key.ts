import { parsePlainSecret } from './plain-secret.ts';

/** `example` for the secret that {@link parseApiKey} reads. */
export const API_KEY_EXAMPLE = '<the Autoenhance API key>';

/** The key for `x-api-key`. Its secret is the key itself, or `{"apiKey": "…"}`. @throws SecretFlaw */
export function parseApiKey(text: string): string {
  const [key = ''] = parsePlainSecret(text, { noun: 'API key', member: 'apiKey' });
  return key;
}
