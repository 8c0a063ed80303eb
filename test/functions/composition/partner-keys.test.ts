import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { composePartnerKeys } from '../../../functions/composition/partner-keys.ts';
import { composeTelemetry } from '../../../functions/composition/shared.ts';
import { NOON } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

const MINUTE = 60_000;
const keyOf = (key: string, more: object = {}) => ({
  sha256: createHash('sha256').update(key).digest('hex'),
  ...more,
});
const iso = (epochMs: number) => new Date(epochMs).toISOString();
const PARTNERS = {
  acme: { keys: [keyOf('acme-key'), keyOf('old-key', { expires_at: iso(NOON + MINUTE) })], batches_per_day: 7 },
  globex: { keys: [keyOf('globex-key')] },
  desk: { keys: [keyOf('desk-key')], role: 'operator' },
};

/** The partners' keys, which Secrets Manager hands out while it is there. */
function start() {
  let isAway = false;
  const secrets = ({ SecretId }: Record<string, unknown>) => {
    if (isAway) throw new Error('away');
    return { SecretString: SecretId === 'partners' ? JSON.stringify(PARTNERS) : 'a'.repeat(64) };
  };
  const { runtime, clock } = recordingRuntime({ secrets });
  const keys = composePartnerKeys(ENVIRONMENT, runtime, composeTelemetry(ENVIRONMENT, runtime, 'reprocess-api'));
  return { ...keys, clock, endSecrets: () => (isAway = true) };
}

it('while Secrets Manager is away, keys that were read stay good for a quarter of an hour, and no longer', async () => {
  const { authentication, clock, endSecrets } = start();
  expect(await authentication.authenticate('acme-key')).toMatchObject({ name: 'acme' });
  endSecrets();
  clock.set(NOON + 14 * MINUTE);
  expect(await authentication.authenticate('acme-key')).toMatchObject({ name: 'acme' });
  clock.set(NOON + 16 * MINUTE);
  await expect(authentication.authenticate('acme-key')).rejects.toThrow();
});

it('a list of all shows what is the operator’s once, and what is a partner’s once, though it has two keys', async () => {
  expect(await start().owners()).toEqual([undefined, 'acme', 'globex']);
});

it('nobody signs in with a key that has expired', async () => {
  const { authentication, clock } = start();
  const { sessions } = authentication;
  expect(await sessions?.begin('old-key')).toMatchObject({ session: { partner: { name: 'acme' } } });
  clock.set(NOON + MINUTE);
  expect(await sessions?.begin('old-key')).toBeUndefined();
});
