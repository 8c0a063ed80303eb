import { type PartnerKey, parsePartnerKeys } from '../../core/partner-keys.ts';
import { SecretFlaw } from './read-secret.ts';

/** `example` for the secret that {@link parsePartnerKeysSecret} reads. */
export const PARTNER_KEYS_EXAMPLE = '{"<partner>":{"keys":[{"sha256":"<SHA-256 of its key, in hexadecimal>"}]}}';

/** @throws SecretFlaw */
export function parsePartnerKeysSecret(text: string): readonly PartnerKey[] {
  try {
    return parsePartnerKeys(text);
  } catch (error) {
    throw new SecretFlaw(error instanceof Error ? `is not valid: ${error.message}` : 'is not valid');
  }
}
