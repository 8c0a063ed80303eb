import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeSession } from '../../../functions/core/console/session.ts';
import { findKey, parsePartnerKeys } from '../../../functions/core/partner-keys.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import { KEY, openApi, SESSION_SECRET } from './support.ts';

const sha256 = createHash('sha256').update(KEY).digest('hex');
const RING = JSON.stringify({ acme: { keys: [{ sha256 }] } });

/** The function over secrets that may change, and the session of somebody who signed in. */
function open() {
  const read: string[] = [];
  const kept: Record<string, string> = { 'the/partner-keys': RING, 'the/session-secret': SESSION_SECRET };
  const clock = standingClock();
  const secrets = async ({ input: { SecretId } }: { readonly input: { readonly SecretId: string } }) => {
    read.push(SecretId);
    return { SecretString: kept[SecretId] };
  };
  const { call } = openApi({ secrets: secrets as never, clock });
  const key = findKey(parsePartnerKeys(RING), KEY, NOON);
  if (key === undefined) throw new Error('acme has no key');
  const cookie = `__Host-reprocess-session=${encodeSession({ secret: SESSION_SECRET, stage: 'test' }, key, NOON + 3_600_000)}`;
  const bySession = async () => (await call({ path: '/v3/requests', cookies: [cookie] })).statusCode;
  const byKey = async () => (await call({ path: '/v3/requests', headers: { 'x-api-key': KEY } })).statusCode;
  return { read, kept, clock, bySession, byKey };
}

describe('a call', () => {
  it('with a key reads nothing of sessions', async () => {
    const { read, byKey } = open();
    expect(await byKey()).toBe(200);
    expect(read).toEqual(['the/partner-keys']);
  });

  it('with a session reads what signs them, once for many calls', async () => {
    const { read, bySession } = open();
    for (let calls = 0; calls < 3; calls += 1) expect(await bySession()).toBe(200);
    expect(read.toSorted()).toEqual(['the/partner-keys', 'the/session-secret']);
  });

  it.each([
    ['its key is withdrawn', 'the/partner-keys', '{}'],
    ['another secret signs sessions', 'the/session-secret', 'another-session-secret-of-some-length'],
  ])('with a session is refused within a minute after %s', async (_, secret, text) => {
    const { kept, clock, bySession } = open();
    expect(await bySession()).toBe(200);
    kept[secret] = text;
    clock.set(clock.now() + 60_000);
    expect(await bySession()).toBe(401);
  });

  it('with a session waits while what signs them cannot be read', async () => {
    const { kept, bySession } = open();
    delete kept['the/session-secret'];
    expect(await bySession()).toBe(503);
  });
});
