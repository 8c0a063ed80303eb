import { createHash, randomBytes } from 'node:crypto';

/** The local service's only partner, with its key. */
export interface Partner {
  readonly name: string;
  readonly key: string;
}

/** @param isLive with the real endpoint, the key is random, because the default one is public in the documentation */
export function localPartner(isLive: boolean): Partner {
  return { name: 'demo', key: isLive ? `local-${randomBytes(16).toString('hex')}` : 'local-demo-key' };
}

/** The partner-keys secret, which has hashes only. */
export function partnerKeysSecret({ name, key }: Partner): string {
  const sha256 = createHash('sha256').update(key).digest('hex');
  return JSON.stringify({ [name]: { keys: [{ sha256 }] } });
}

export function randomApiKey(): string {
  return `sandbox-${randomBytes(24).toString('base64url')}`;
}

export function randomWebhookToken(): string {
  return `webhook-${randomBytes(24).toString('base64url')}`;
}
