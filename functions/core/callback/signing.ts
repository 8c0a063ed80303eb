import { createHmac, hkdfSync } from 'node:crypto';
import type { SecretSource } from './callback.ts';

/** The service's own keys by their ids, the newest last. Partners' secrets are derived from them. */
export type CallbackKeys = ReadonlyMap<string, string>;

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** The key was taken out of the service's secret. */
export class CallbackKeyGone extends Error {
  override readonly name = 'CallbackKeyGone';
  readonly code = 'callback_key_gone';
  readonly retryable = false;
}

/**
 * A partner's signing secret, `whsec_` and Base64: HKDF (RFC 5869) of a key of the service, with a random salt for each secret.
 * So a secret is written nowhere, and a function that reads one service key can make them all.
 * @throws CallbackKeyGone
 */
export function signingSecret(keys: CallbackKeys, partner: string, { keyId, salt }: SecretSource): string {
  const key = keys.get(keyId);
  if (key === undefined) throw new CallbackKeyGone(`the callback keys have no ${keyId}`);
  const bytes = hkdfSync('sha256', key, salt, `callback secret of ${partner}`, SECRET_BYTES);
  return `${PREFIX}${Buffer.from(bytes).toString('base64')}`;
}

/** The id of the key that new secrets are derived from. @throws CallbackKeyGone */
export function newestKeyId(keys: CallbackKeys): string {
  const id = [...keys.keys()].at(-1);
  if (id === undefined) throw new CallbackKeyGone('there is no callback key');
  return id;
}

interface Signed {
  readonly id: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0.0, with a signature by each secret. */
export function signatureHeaders({ id, timestamp, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
