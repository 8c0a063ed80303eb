import { createHash } from 'node:crypto';
import { parsePartnerKeys } from '../../../../functions/core/partner-keys.ts';
import { CommandError, usageError } from '../../command-error.ts';
import { EXIT } from '../../exit-code.ts';

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
export function refused(message: string): CommandError {
  return new CommandError('refused', EXIT.failed, message);
}

/** @throws CommandError when the API could not read it either; shows no hash */
export function parseKeyRing(text: string): KeyRing {
  check(text, (problem) => refused(`the secret is of no use: ${problem}`));
  return JSON.parse(text) as KeyRing;
}

/**
 * Gives a partner, or an operator, one more key.
 * @throws CommandError when the name is none, or a partner would become an operator with all of its keys
 */
export function addKey(ring: KeyRing, name: string, key: string, { expiresOld, isOperator }: NewKey = {}): KeyRing {
  check(JSON.stringify({ [name]: { keys: [] } }), (problem) => usageError(`${problem}, got ${JSON.stringify(name)}`));
  const sha256 = createHash('sha256').update(key).digest('hex');
  const partner = Object.hasOwn(ring, name) ? ring[name] : undefined;
  if (isOperator && partner !== undefined && partner.role !== 'operator') {
    throw refused(`${name} is a partner, whose keys would all become an operator's: choose another name`);
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

/** @throws CommandError when there is no such partner */
export function changeSettings(ring: KeyRing, name: string, settings: PartnerSettings): KeyRing {
  const changed = Object.entries({ ...partnerNamed(ring, name), ...settings }).filter(([, value]) => value !== null);
  return { ...ring, [name]: Object.fromEntries(changed) as unknown as StoredPartner };
}

/** @throws CommandError when there is no such partner */
export function removePartner(ring: KeyRing, name: string): KeyRing {
  partnerNamed(ring, name);
  return Object.fromEntries(Object.entries(ring).filter(([each]) => each !== name));
}

/**
 * Takes one key from a partner; with its last one it is gone itself.
 * @param prefix what the key's hash begins with
 * @throws CommandError when there is no such partner, or not just one such key
 */
export function removeKey(ring: KeyRing, name: string, prefix: string): KeyRing {
  const partner = partnerNamed(ring, name);
  const [found, ...more] = partner.keys.filter(({ sha256 }) => sha256.toLowerCase().startsWith(prefix.toLowerCase()));
  if (found === undefined || more.length > 0) {
    const count = found === undefined ? 'no key' : `${more.length + 1} keys`;
    throw refused(
      `${name} has ${count} whose hash begins with ${prefix}; it has ${partner.keys.map(beginningOf).join(', ')}`,
    );
  }
  const keys = partner.keys.filter((each) => each !== found);
  return keys.length === 0 ? removePartner(ring, name) : { ...ring, [name]: { ...partner, keys } };
}

function partnerNamed(ring: KeyRing, name: string): StoredPartner {
  const found = Object.hasOwn(ring, name) ? ring[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(ring).toSorted();
  const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  throw refused(`there is no partner ${name}: ${there}`);
}

/** What is shown of a key's hash, and suffices to name it. */
export const beginningOf = ({ sha256 }: StoredKey): string => sha256.slice(0, 12);

function check(text: string, errorOf: (problem: string) => CommandError): void {
  try {
    parsePartnerKeys(text);
  } catch (error) {
    throw errorOf((error as Error).message);
  }
}
