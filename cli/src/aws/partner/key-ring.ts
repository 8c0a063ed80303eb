import { createHash } from 'node:crypto';
import { parsePartnerKeys } from '../../../../functions/core/partner-keys.ts';

/** The partner-keys secret, as it is stored: members that nothing here knows are kept. */
export type KeyRing = Readonly<Record<string, StoredPartner>>;

interface StoredPartner {
  readonly keys: readonly StoredKey[];
  /** Seconds. */
  readonly wait?: number;
  readonly on_timeout?: 202 | 504;
  readonly calls_per_second?: number;
  readonly burst?: number;
  readonly batches_per_day?: number;
  readonly role?: 'operator';
}

export interface NewKey {
  /** From when on its other keys are refused; those that end sooner still do. Epoch ms. */
  readonly expiresOld?: number | undefined;
  /** Whether an operator is to be made; one that there is stays one without it. */
  readonly isOperator?: boolean;
}

/** What is to be changed; null: back to what is usual. */
export type PartnerSettings = {
  readonly [Name in Exclude<keyof StoredPartner, 'keys' | 'role'>]?: StoredPartner[Name] | null;
};

export interface StoredKey {
  readonly sha256: string;
  /** ISO 8601. */
  readonly expires_at?: string;
}

/** The change cannot be made; the message says why, and what there is. */
export class RefusedChange extends Error {
  override readonly name = 'RefusedChange';
}

/** @throws RefusedChange when the API could not read it either; shows no hash */
export function parseKeyRing(text: string): KeyRing {
  check(text, (problem) => `the secret is of no use: ${problem}`);
  return JSON.parse(text) as KeyRing;
}

/**
 * Gives a partner, or an operator, one more key.
 * @throws RefusedChange when the name is none, or a partner would become an operator with all of its keys
 */
export function addKey(ring: KeyRing, name: string, key: string, { expiresOld, isOperator }: NewKey = {}): KeyRing {
  check(JSON.stringify({ [name]: { keys: [] } }), (problem) => `${problem}, got ${JSON.stringify(name)}`);
  const sha256 = createHash('sha256').update(key).digest('hex');
  const partner = Object.hasOwn(ring, name) ? ring[name] : undefined;
  if (isOperator && partner !== undefined && partner.role !== 'operator') {
    throw new RefusedChange(`${name} is a partner, whose keys would all become an operator's: choose another name`);
  }
  // The change may be made a second time, on what a first one already wrote.
  const others = (partner?.keys ?? []).filter((each) => each.sha256 !== sha256);
  const old = expiresOld === undefined ? others : others.map((each) => endingBy(each, expiresOld));
  const role = isOperator ? { role: 'operator' as const } : {};
  return { ...ring, [name]: { ...partner, ...role, keys: [...old, { sha256 }] } };
}

function endingBy(key: StoredKey, end: number): StoredKey {
  const isSooner = key.expires_at !== undefined && Date.parse(key.expires_at) <= end;
  return isSooner ? key : { ...key, expires_at: new Date(end).toISOString() };
}

/** @throws RefusedChange when there is no such partner */
export function changeSettings(ring: KeyRing, name: string, settings: PartnerSettings): KeyRing {
  const changed = Object.entries({ ...partnerNamed(ring, name), ...settings }).filter(([, value]) => value !== null);
  return { ...ring, [name]: Object.fromEntries(changed) as unknown as StoredPartner };
}

/** @throws RefusedChange when there is no such partner */
export function removePartner(ring: KeyRing, name: string): KeyRing {
  partnerNamed(ring, name);
  return Object.fromEntries(Object.entries(ring).filter(([each]) => each !== name));
}

/**
 * Takes one key from a partner; with its last one it is gone itself.
 * @param prefix what the key's hash begins with
 * @throws RefusedChange when there is no such partner, or not just one such key
 */
export function removeKey(ring: KeyRing, name: string, prefix: string): KeyRing {
  const partner = partnerNamed(ring, name);
  const [found, ...more] = partner.keys.filter(({ sha256 }) => sha256.toLowerCase().startsWith(prefix.toLowerCase()));
  if (found === undefined || more.length > 0) {
    const count = found === undefined ? 'no key' : `${more.length + 1} keys`;
    throw new RefusedChange(`${name} has ${count} whose hash begins with ${prefix}; it has ${shownKeys(partner.keys)}`);
  }
  const keys = partner.keys.filter((each) => each !== found);
  return keys.length === 0 ? removePartner(ring, name) : { ...ring, [name]: { ...partner, keys } };
}

function partnerNamed(ring: KeyRing, name: string): StoredPartner {
  const found = Object.hasOwn(ring, name) ? ring[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(ring).toSorted();
  const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  throw new RefusedChange(`there is no partner ${name}: ${there}`);
}

/** A line for each partner: its name and its keys, by the beginnings of their hashes. */
export function listPartners(ring: KeyRing, now: number): readonly string[] {
  const names = Object.keys(ring).toSorted();
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => {
    const { keys, wait, on_timeout: onTimeout, role, ...limits } = ring[name] ?? { keys: [] };
    const count = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`;
    const settings = [
      role,
      wait !== undefined && `waits ${wait} s`,
      onTimeout !== undefined && `then ${onTimeout}`,
      limits.calls_per_second !== undefined && `${limits.calls_per_second} calls a second`,
      limits.burst !== undefined && `burst ${limits.burst}`,
      limits.batches_per_day !== undefined && `${limits.batches_per_day} batches a day`,
    ];
    const shown = [shownKeys(keys, now), ...settings].filter(Boolean).join('  ');
    return `${name.padEnd(width)}  ${count.padEnd(7)}  ${shown}`.trimEnd();
  });
}

function shownKeys(keys: readonly StoredKey[], now?: number): string {
  return keys.map(({ sha256, expires_at: end }) => `${sha256.slice(0, 12)}${expiry(end, now)}`).join(', ');
}

function expiry(end: string | undefined, now: number | undefined): string {
  if (end === undefined || now === undefined) return '';
  return Date.parse(end) <= now ? ` (expired ${end})` : ` (expires ${end})`;
}

function check(text: string, sentence: (problem: string) => string): void {
  try {
    parsePartnerKeys(text);
  } catch (error) {
    throw new RefusedChange(sentence((error as Error).message));
  }
}
