import { createHash, randomBytes } from 'node:crypto';

/** A partner of the local service, with its key. */
export interface Partner {
  readonly name: string;
  readonly key: string;
}

/** @param isLive with the real endpoint, the key is random, because the default one is public in the documentation */
export function localPartner(isLive: boolean): Partner {
  return { name: 'demo', key: isLive ? randomKey() : 'local-demo-key' };
}

/** Who sees everything, and may pause. With the real endpoint its key is random too. */
export function localOperator(isLive: boolean): Partner {
  return { name: 'operator', key: isLive ? randomKey() : 'local-operator-key' };
}

/** The partner-keys secret, which has hashes only. */
export function partnerKeysSecret(partner: Partner, operator: Partner): string {
  return JSON.stringify({
    [partner.name]: { keys: [keyOf(partner)] },
    [operator.name]: { keys: [keyOf(operator)], role: 'operator' },
  });
}

const randomKey = () => `local-${randomBytes(16).toString('hex')}`;
const keyOf = ({ key }: Partner) => ({ sha256: createHash('sha256').update(key).digest('hex') });

export function randomApiKey(): string {
  return `sandbox-${randomBytes(24).toString('base64url')}`;
}

export function randomWebhookToken(): string {
  return `webhook-${randomBytes(24).toString('base64url')}`;
}
