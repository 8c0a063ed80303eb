import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  addKey,
  changeSettings,
  type KeyRing,
  parseKeyRing,
  removeKey,
  removePartner,
} from '../../../cli/src/aws/partner/key-ring.ts';
import { partnerColumns, partnersIn } from '../../../cli/src/aws/partner/partner-list.ts';
import { tableText } from '../../../cli/src/terminal/table.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const stored = (key: string) => ({ sha256: sha256(key) });
const [old, other, next] = [stored('old'), stored('other'), stored('next')];
const ring: KeyRing = { acme: { keys: [old, other] }, zoo: { keys: [] } };
const LATER = Date.parse('2026-12-31T00:00:00Z');
const ends = (expires_at: string) => ({ ...old, expires_at });
/** As a pipe gets it. */
const listed = (partners: KeyRing, now: number) =>
  tableText(partnerColumns(now), partnersIn(partners), new PassThrough()).split('\n');

describe('one more key', () => {
  it('makes a partner', () => {
    expect(addKey({}, 'acme', 'next')).toEqual({ acme: { keys: [next] } });
  });

  it('stands beside those that the partner has, and changes nobody else', () => {
    expect(addKey(ring, 'acme', 'next')).toEqual({ acme: { keys: [old, other, next] }, zoo: { keys: [] } });
  });

  it('is there once, also when the change is made again', () => {
    expect(addKey(addKey(ring, 'acme', 'next'), 'acme', 'next')).toEqual(addKey(ring, 'acme', 'next'));
  });

  it.each([
    ['that never ended', old, ends('2026-12-31T00:00:00.000Z')],
    ['that would have ended later', ends('2027-01-01T00:00:00Z'), ends('2026-12-31T00:00:00.000Z')],
    ['that ends sooner', ends('2026-12-30T23:00:00Z'), ends('2026-12-30T23:00:00Z')],
  ])('can end an old one %s', (_, before, after) => {
    expect(addKey({ acme: { keys: [before] } }, 'acme', 'next', { expiresOld: LATER })).toEqual({
      acme: { keys: [after, next] },
    });
  });

  it('keeps what it does not know', () => {
    const acme = { note: 'of the north', keys: [{ ...old, made_by: 'eve' }] };
    const kept: KeyRing = { acme };
    expect(addKey(kept, 'acme', 'next')).toEqual({
      acme: { note: 'of the north', keys: [{ ...old, made_by: 'eve' }, next] },
    });
  });

  it.each(['Acme', '-acme', 'a_b', '', 'a'.repeat(64)])('is refused to the name %j, with the rule', (name) => {
    expect(() => addKey(ring, name, 'next')).toThrow(
      `partner: a name must be 1 to 63 of a-z 0-9 -, and not begin with -, got ${JSON.stringify(name)}`,
    );
  });

  it('is a partner like any other, whatever an object may have by nature', () => {
    expect(addKey({}, 'constructor', 'next')).toEqual({ constructor: { keys: [next] } });
    expect(() => removePartner({}, 'constructor')).toThrow('there is no partner constructor: there is none');
  });
});

describe("an operator's key", () => {
  const desk = { keys: [old], role: 'operator' as const };

  it('makes an operator, and is one of its keys later without being told so', () => {
    expect(addKey({}, 'desk', 'old', { isOperator: true })).toEqual({ desk });
    expect(addKey({ desk }, 'desk', 'next')).toEqual({ desk: { ...desk, keys: [old, next] } });
    expect(addKey({ desk }, 'desk', 'next', { isOperator: true })).toEqual({ desk: { ...desk, keys: [old, next] } });
  });

  it('is refused to a partner, whose other keys would become ones too', () => {
    expect(() => addKey(ring, 'acme', 'next', { isOperator: true })).toThrow(
      "acme is a partner, whose keys would all become an operator's: choose another name",
    );
  });

  it('is listed as that', () => {
    expect(listed({ desk, zoo: { keys: [] } }, 0)).toEqual([
      `desk\t${sha256('old').slice(0, 12)}\toperator\t\t`,
      'zoo\t\t\t\t',
    ]);
  });
});

describe('how calls are answered', () => {
  const set: KeyRing = { acme: { keys: [old], wait: 5, on_timeout: 504 }, zoo: { keys: [] } };

  it('is changed for one partner, whose keys stay', () => {
    expect(changeSettings(ring, 'acme', { wait: 20, on_timeout: 504 })).toEqual({
      acme: { keys: [old, other], wait: 20, on_timeout: 504 },
      zoo: { keys: [] },
    });
    expect(changeSettings(set, 'acme', { wait: 0 })).toEqual({
      ...set,
      acme: { keys: [old], wait: 0, on_timeout: 504 },
    });
  });

  it('goes back to what is usual, with nothing left of it', () => {
    expect(changeSettings(set, 'acme', { wait: null, on_timeout: null })).toEqual({
      acme: { keys: [old] },
      zoo: { keys: [] },
    });
  });

  it('stays when keys come and go', () => {
    expect(addKey(set, 'acme', 'next').acme).toEqual({ keys: [old, next], wait: 5, on_timeout: 504 });
    expect(removeKey(addKey(set, 'acme', 'next'), 'acme', sha256('old')).acme).toMatchObject({ wait: 5 });
  });

  it('is listed', () => {
    const hash = sha256('old').slice(0, 12);
    expect(listed(set, LATER)).toEqual([`acme\t${hash}\t\twaits 5 s, then 504\t`, 'zoo\t\t\t\t']);
  });

  it('is refused for a partner that there is not', () => {
    expect(() => changeSettings(ring, 'hooli', { wait: 1 })).toThrow('there is no partner hooli: there are acme, zoo');
  });
});

describe('one partner or key less', () => {
  it('takes the partner with all its keys', () => {
    expect(removePartner(ring, 'acme')).toEqual({ zoo: { keys: [] } });
  });

  it.each([sha256('old').slice(0, 8), sha256('old'), sha256('old').slice(0, 12).toUpperCase()])(
    'takes the key that begins with %s alone',
    (prefix) => {
      expect(removeKey(ring, 'acme', prefix)).toEqual({ acme: { keys: [other] }, zoo: { keys: [] } });
    },
  );

  it('takes the partner along with its last key', () => {
    expect(removeKey({ acme: { keys: [old] } }, 'acme', sha256('old'))).toEqual({});
  });

  it('leaves alone a key whose hash has it elsewhere', () => {
    const [first, second] = ['ab'.repeat(32), 'ba'.repeat(32)].map((hash) => ({ sha256: hash }));
    const keys = [first, second] as KeyRing[string]['keys'];
    expect(removeKey({ acme: { keys } }, 'acme', 'babababa')).toEqual({ acme: { keys: [first] } });
  });

  const shown = `${sha256('old').slice(0, 12)}, ${sha256('other').slice(0, 12)}`;
  it.each([
    ['another partner', 'hooli', '00000000', 'there is no partner hooli: there are acme, zoo'],
    ['a hash that is none', 'acme', '00000000', `acme has no key whose hash begins with 00000000; it has ${shown}`],
    ['one that fits both', 'acme', '', `acme has 2 keys whose hash begins with ; it has ${shown}`],
  ])('refuses %s, and says what there is', (_, name, prefix, message) => {
    expect(() => removeKey(ring, name, prefix)).toThrow(message);
  });
});

it('the list shows names, keys, and when they end, and no hash as a whole', () => {
  const lines = listed(
    {
      zoo: { keys: [] },
      acme: { keys: [ends('2026-12-31T00:00:00Z'), ends('2026-01-01T00:00:00Z'), other] },
    } as KeyRing,
    Date.parse('2026-11-25T00:00:00Z'),
  );
  const [a, b] = [sha256('old').slice(0, 12), sha256('other').slice(0, 12)];
  expect(lines).toEqual([
    `acme\t${a} (expires 2026-12-31T00:00:00Z), ${a} (expired 2026-01-01T00:00:00Z), ${b}\t\t\t`,
    'zoo\t\t\t\t',
  ]);
});

it.each([
  ['not JSON', 'the secret is not JSON'],
  ['{"acme":{"keys":[{"sha256":"abc"}]}}', 'keys.0.sha256: must be a SHA-256 as 64 hexadecimal digits'],
])('a secret that the API could not read is left alone: %s', (text, problem) => {
  expect(() => parseKeyRing(text)).toThrow(`the secret is of no use: ${problem}`);
});
