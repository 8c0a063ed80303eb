import { createHash, randomBytes } from 'node:crypto';

/** Who may call the local service, with its key. */
export interface Partner {
  readonly name: string;
  readonly key: string;
}

/** @param isLive with the real endpoint, the key is random, because the default one is public in the documentation */
export function localPartner(isLive: boolean): Partner {
  return { name: 'demo', key: isLive ? `local-${randomBytes(16).toString('hex')}` : 'local-demo-key' };
}

/** Sees everything, and may pause the account. */
export function localOperator(isLive: boolean): Partner {
  return { name: 'operator', key: isLive ? `local-${randomBytes(16).toString('hex')}` : 'local-operator-key' };
}

/** The partner-keys secret, which has hashes only. */
export function partnerKeysSecret(partner: Partner, operator: Partner): string {
  const keysOf = ({ key }: Partner) => [{ sha256: createHash('sha256').update(key).digest('hex') }];
  return JSON.stringify({
    [partner.name]: { keys: keysOf(partner) },
    [operator.name]: { keys: keysOf(operator), role: 'operator' },
  });
}

export function randomApiKey(): string {
  return `sandbox-${randomBytes(24).toString('base64url')}`;
}

export function randomWebhookToken(): string {
  return `webhook-${randomBytes(24).toString('base64url')}`;
}

/** Always the same, so that partners' secrets outlive a restart with kept data. Whoever runs a local service has both ends of a callback. */
export const LOCAL_CALLBACK_KEYS = JSON.stringify({
  first: 'signs callbacks on this machine, and is no secret'.padEnd(64, '.'),
});

/** Letters and digits, as AWS generates them. */
export function randomCharacters(count: number): string {
  return randomBytes(Math.ceil(count / 2))
    .toString('hex')
    .slice(0, count);
}
