import type { Column } from '../../terminal/table.ts';
import { beginningOf, type KeyRing, type StoredKey } from './key-ring.ts';

/** A partner for people and programs. Of each key it shows the beginning of the hash. */
export interface ListedPartner {
  readonly partner: string;
  readonly keys: readonly StoredKey[];
  readonly role?: 'operator';
  readonly wait?: number;
  readonly on_timeout?: 202 | 504;
  readonly calls_per_second?: number;
  readonly burst?: number;
  readonly batches_per_day?: number;
}

/** By their names. */
export function partnersIn(ring: KeyRing): readonly ListedPartner[] {
  return Object.entries(ring)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([partner, { keys, ...settings }]) => {
      return { partner, ...settings, keys: keys.map((key) => ({ ...key, sha256: beginningOf(key) })) };
    });
}

export function partnerColumns(now: number): readonly Column<ListedPartner>[] {
  return [
    { title: 'PARTNER', value: ({ partner }) => partner },
    { title: 'KEYS', value: ({ keys }) => keys.map((key) => `${key.sha256}${expiry(key, now)}`).join(', ') },
    { title: 'ROLE', value: ({ role }) => role },
    {
      title: 'ANSWER',
      value: ({ wait, on_timeout: status }) =>
        joined([wait !== undefined && `waits ${wait} s`, status !== undefined && `then ${status}`]),
    },
    {
      title: 'LIMITS',
      value: ({ calls_per_second: calls, burst, batches_per_day: batches }) =>
        joined([
          calls !== undefined && `${calls} calls a second`,
          burst !== undefined && `burst ${burst}`,
          batches !== undefined && `${batches} batches a day`,
        ]),
    },
  ];
}

const joined = (parts: readonly (string | false)[]) => parts.filter(Boolean).join(', ');

function expiry({ expires_at: end }: StoredKey, now: number): string {
  if (end === undefined) return '';
  return Date.parse(end) <= now ? ` (expired ${end})` : ` (expires ${end})`;
}
