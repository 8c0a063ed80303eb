import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findKey, parsePartnerKeys } from '../../../functions/core/partner-keys.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const now = Date.parse('2026-11-22T10:00:00Z');
const keys = parsePartnerKeys(
  JSON.stringify({
    acme: { keys: [{ sha256: sha256('old'), expires_at: '2026-11-22T09:00:00Z' }, { sha256: sha256('new') }] },
    'blue-sky': { keys: [{ sha256: sha256('ending').toUpperCase(), expires_at: '2026-11-22T12:00:00+01:00' }] },
  }),
);

describe('findKey', () => {
  it('finds no partner for an empty key, even if the secret has its hash', () => {
    const careless = parsePartnerKeys(JSON.stringify({ acme: { keys: [{ sha256: sha256('') }] } }));
    expect(findKey(careless, '', now)).toBeUndefined();
  });

  it.each([
    ['new', 'acme'],
    ['ending', 'blue-sky'],
    ['old', undefined],
    ['wrong', undefined],
    ['', undefined],
    [sha256('new'), undefined],
  ])('knows the key %j as %s', (key, partner) => {
    expect(findKey(keys, key, now)?.partner.name).toBe(partner);
  });
});

it('a key is good until its time has come', () => {
  const end = Date.parse('2026-11-22T11:00:00Z');
  expect([end - 1, end].map((at) => findKey(keys, 'ending', at)?.partner.name)).toEqual(['blue-sky', undefined]);
});

describe('parsePartnerKeys', () => {
  it("has the settings of a partner's calls", () => {
    const settings = {
      a: {},
      b: { wait: 0 },
      c: { wait: 20, on_timeout: 504 },
      d: { on_timeout: 202 },
      e: { role: 'operator' },
      f: { calls_per_second: 3, burst: 10, batches_per_day: 7 },
      g: { batches_per_day: 7 },
    };
    const entries = Object.entries(settings).map(([name, each]) => [
      name,
      { ...each, keys: [{ sha256: sha256(name) }] },
    ]);
    expect(parsePartnerKeys(JSON.stringify(Object.fromEntries(entries))).map(({ partner }) => partner)).toEqual([
      { name: 'a' },
      { name: 'b', waitSeconds: 0 },
      { name: 'c', waitSeconds: 20, onTimeout: 504 },
      { name: 'd', onTimeout: 202 },
      { name: 'e', role: 'operator' },
      { name: 'f', limits: { callsPerSecond: 3, burst: 10, batchesPerDay: 7 } },
      { name: 'g', limits: { batchesPerDay: 7 } },
    ]);
  });

  it('refuses a key that two partners would share, since either could read what is the other one’s', () => {
    const entry = (expiry: object = {}) => ({ keys: [{ sha256: sha256('one'), ...expiry }] });
    const shared = JSON.stringify({ acme: entry(), other: entry({ expires_at: '2020-01-01T00:00:00Z' }) });
    const said = 'a key must belong to one partner, but acme and other have the same one';
    expect(() => parsePartnerKeys(shared)).toThrow(new Error(said));
    const upper = shared.replace(sha256('one'), sha256('one').toUpperCase());
    expect(() => parsePartnerKeys(upper)).toThrow(new Error(said));
    expect(parsePartnerKeys(JSON.stringify({ acme: { keys: [...entry().keys, ...entry().keys] } }))).toHaveLength(2);
  });

  it('takes an empty object as no partners', () => {
    expect(parsePartnerKeys('{}')).toEqual([]);
  });

  it.each([
    ['', /not JSON/],
    ['[]', /partner/],
    ['{"acme":{}}', /keys/],
    ['{"acme":{"keys":[{"sha256":"secret-in-clear"}]}}', /sha256: must be a SHA-256/],
    [`{"acme":{"keys":[{"sha256":"${sha256('x')}","expires_at":"tomorrow"}]}}`, /expires_at: must be an ISO 8601/],
    ['{"Not A Name":{"keys":[]}}', /a name must be 1 to 63/],
    ['{"acme":{"keys":[],"wait":21}}', /^wait: must be a whole number of seconds from 0 to 20$/],
    ['{"acme":{"keys":[],"wait":-1}}', /^wait: must be a whole number of seconds from 0 to 20$/],
    ['{"acme":{"keys":[],"wait":2.5}}', /^wait: must be a whole number of seconds from 0 to 20$/],
    ['{"acme":{"keys":[],"wait":"20"}}', /^wait: must be a whole number of seconds from 0 to 20$/],
    ['{"acme":{"keys":[],"on_timeout":500}}', /^on_timeout: must be 202 or 504$/],
    ['{"acme":{"keys":[],"on_timeout":"504"}}', /^on_timeout: must be 202 or 504$/],
  ])('refuses %s, and does not show it', (text, message) => {
    expect(() => parsePartnerKeys(text)).toThrow(message);
    expect(() => parsePartnerKeys(text)).not.toThrow(/secret-in-clear|tomorrow/);
  });
});
