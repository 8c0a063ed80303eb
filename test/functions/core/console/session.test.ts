import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeSession, encodeSession } from '../../../../functions/core/console/session.ts';
import { findKey, parsePartnerKeys } from '../../../../functions/core/partner-keys.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const signer = { secret: 'a-secret-of-the-stage', stage: 'dev' };
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const keysOf = (...keys: readonly string[]) => ({ keys: keys.map((key) => ({ sha256: sha256(key) })) });
const ring = (entries: object) => parsePartnerKeys(JSON.stringify(entries));
const keys = ring({
  acme: keysOf('old', 'new'),
  globex: keysOf('other'),
  desk: { ...keysOf('desk'), role: 'operator' },
});

function sessionWith(key: string, expiresAt = now + HOUR): string {
  const found = findKey(keys, key, now);
  if (found === undefined) throw new Error('nobody has this key');
  return encodeSession(signer, found, expiresAt);
}

describe('a session', () => {
  it('is of the partner who signed in, with what the keys say of it now', () => {
    expect(decodeSession(signer, keys, sessionWith('new'), now)).toEqual({
      partner: { name: 'acme' },
      expiresAt: now + HOUR,
    });
    expect(decodeSession(signer, keys, sessionWith('desk'), now)?.partner.role).toBe('operator');
    const demoted = ring({ desk: keysOf('desk') });
    expect(decodeSession(signer, demoted, sessionWith('desk'), now)?.partner.role).toBeUndefined();
  });

  it('shows neither the key nor its hash', () => {
    expect(sessionWith('new')).toMatch(/^acme\.\d{10}\.[\w-]{43}$/);
    expect(sessionWith('new')).not.toContain(Buffer.from(sha256('new'), 'hex').toString('base64url'));
  });

  it('ends at its time', () => {
    expect(decodeSession(signer, keys, sessionWith('new', now + 1000), now + 999)).toBeDefined();
    expect(decodeSession(signer, keys, sessionWith('new', now + 1000), now + 1000)).toBeUndefined();
  });

  it('ends with its key, and not with another key of its partner', () => {
    const session = sessionWith('old');
    expect(decodeSession(signer, ring({ acme: keysOf('old') }), session, now)).toBeDefined();
    expect(decodeSession(signer, ring({ acme: keysOf('new') }), session, now)).toBeUndefined();
    const expired = ring({ acme: { keys: [{ sha256: sha256('old'), expires_at: '2026-11-22T10:00:00Z' }] } });
    expect(decodeSession(signer, expired, session, now)).toBeUndefined();
  });

  it.each<[string, (session: string) => string]>([
    ['another partner', (session) => session.replace('acme', 'globex')],
    ['an operator', (session) => session.replace('acme', 'desk')],
    ['a later end', (session) => session.replace(String((now + HOUR) / 1000), String((now + 2 * HOUR) / 1000))],
    ['another signature', (session) => `${session.slice(0, -1)}${session.endsWith('A') ? 'B' : 'A'}`],
    ['no signature', (session) => session.replace(/\.[^.]+$/, '')],
    ['more behind it', (session) => `${session}A`],
    ['nothing', () => ''],
    ['a partner who is none', () => `nobody.${(now + HOUR) / 1000}.${'A'.repeat(43)}`],
  ])('with %s is none', (_, change) => {
    expect(decodeSession(signer, keys, change(sessionWith('new')), now)).toBeUndefined();
  });

  it.each([
    ['another secret', { ...signer, secret: 'the-secret-of-another-one' }],
    ['another stage', { ...signer, stage: 'production' }],
  ])('that was signed with %s is none', (_, other) => {
    expect(decodeSession(other, keys, sessionWith('new'), now)).toBeUndefined();
  });
});
