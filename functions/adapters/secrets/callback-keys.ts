import type { CallbackKeys } from '../../core/callback/signing.ts';
import { SecretFlaw } from './read-secret.ts';

/** `example` for the secret that {@link parseCallbackKeys} reads. */
export const CALLBACK_KEYS_EXAMPLE = '{"<name of the key>":"<a random text of 64 characters>"}';

/** Shorter ones could be guessed from one callback. */
const LEAST_CHARACTERS = 32;

/** The keys that partners' signing secrets are derived from, by their names. The last one makes new secrets. @throws SecretFlaw */
export function parseCallbackKeys(text: string): CallbackKeys {
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SecretFlaw('is not a JSON object');
  }
  const keys = Object.entries(content);
  if (keys.length === 0) throw new SecretFlaw('has no key');
  for (const [name, key] of keys) {
    if (typeof key !== 'string' || key.length < LEAST_CHARACTERS) {
      throw new SecretFlaw(`has a key ${name} that is no text of at least ${LEAST_CHARACTERS} characters`);
    }
  }
  return new Map(keys);
}
