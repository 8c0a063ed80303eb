import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { MAX_SECRETS, rotated, signing } from '../../../../functions/core/callback/callback.ts';
import { messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import {
  CallbackKeyGone,
  newestKeyId,
  signatureHeaders,
  signingSecret,
} from '../../../../functions/core/callback/signing.ts';

const KEYS = new Map([
  ['first', 'a'.repeat(64)],
  ['second', 'b'.repeat(64)],
]);
const source = (salt: string, keyId = 'first') => ({ keyId, salt, createdAt: 0 });
const HOUR = 3_600_000;

describe('a signing secret', () => {
  it('is the same each time, and another for each salt, key and partner', () => {
    const all = [
      signingSecret(KEYS, 'acme', source('1')),
      signingSecret(KEYS, 'acme', source('2')),
      signingSecret(KEYS, 'acme', source('1', 'second')),
      signingSecret(KEYS, 'other', source('1')),
    ];
    expect(new Set(all).size).toBe(4);
    expect(signingSecret(KEYS, 'acme', source('1'))).toBe(all[0]);
    for (const secret of all) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it('is made by the newest key, and cannot be made by one that is gone', () => {
    expect(newestKeyId(KEYS)).toBe('second');
    expect(() => newestKeyId(new Map())).toThrow(CallbackKeyGone);
    expect(() => signingSecret(KEYS, 'acme', source('1', 'third'))).toThrow('the callback keys have no third');
  });
});

describe('a signature', () => {
  const secrets = ['1', '2'].map((salt) => signingSecret(KEYS, 'acme', source(salt)));
  const body = '{"note":"Straße \\u0000"}';

  it.each(secrets)('is accepted by the public package with each of the secrets', (secret) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signatureHeaders({ id: 'msg_1', timestamp, body }, secrets);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  });
});

describe('secrets that are rotated', () => {
  it('sign side by side for a day', () => {
    const once = rotated([source('1')], source('2'), HOUR);
    expect(once).toEqual([source('2'), { ...source('1'), expiresAt: 25 * HOUR }]);
    expect(signing(once, 25 * HOUR - 1)).toHaveLength(2);
    expect(signing(once, 25 * HOUR)).toEqual([source('2')]);
  });

  it('keep their ends when they are rotated again, and those that ended are forgotten', () => {
    const twice = rotated(rotated([source('1')], source('2'), HOUR), source('3'), 2 * HOUR);
    expect(twice.map(({ expiresAt }) => expiresAt)).toEqual([undefined, 26 * HOUR, 25 * HOUR]);
    expect(rotated(twice, source('4'), 25.5 * HOUR).map(({ salt }) => salt)).toEqual(['4', '3', '2']);
    expect(MAX_SECRETS).toBe(4);
  });
});

it('the id of a message is the same for the same event and partner, and has no dots', () => {
  const id = messageIdOf('acme', 'http:1.succeeded');
  expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
  expect(messageIdOf('acme', 'http:1.succeeded')).toBe(id);
  expect(messageIdOf('acm', 'ehttp:1.succeeded')).not.toBe(id);
});
