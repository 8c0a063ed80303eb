import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { LONGEST_WAIT_SECONDS } from './request/longest-wait.ts';

const WAIT_RULE = `must be a whole number of seconds from 0 to ${LONGEST_WAIT_SECONDS}`;

/** The status of a call whose outcome is not known when its wait is over. */
const ON_TIMEOUT = [202, 504] as const;

/** The secret of the partners' keys: hashes only. A partner may have several, so that keys overlap during a rotation. */
const partnerKeysSchema = z.record(
  z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  z.object({
    keys: z.array(
      z.object({
        sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 as 64 hexadecimal digits')),
        expires_at: z.optional(z.iso.datetime({ offset: true, error: 'must be an ISO 8601 date and time' })),
      }),
    ),
    wait: z.optional(z.int(WAIT_RULE).check(z.gte(0, WAIT_RULE), z.lte(LONGEST_WAIT_SECONDS, WAIT_RULE))),
    on_timeout: z.optional(z.literal(ON_TIMEOUT, 'must be 202 or 504')),
    role: z.optional(z.literal('operator', 'must be operator, or be left out for a partner')),
  }),
);

export interface Partner {
  readonly name: string;
  /** How long a call without `Prefer: wait` waits for its outcome; without it, the service's default. */
  readonly waitSeconds?: number;
  /** The status of a call whose outcome is not known by then; without it, 202. */
  readonly onTimeout?: (typeof ON_TIMEOUT)[number];
  /** Operators see every request and may pause the account. Without a role, a partner sees its own. */
  readonly role?: 'operator';
}

export interface PartnerKey {
  readonly partner: Partner;
  readonly hash: Buffer;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** @param text the secret's JSON; `{}` for no partners. @throws Error that says what is wrong, without a hash */
export function parsePartnerKeys(text: string): readonly PartnerKey[] {
  const parsed = partnerKeysSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const message =
        issue.code === 'invalid_key' ? 'a name must be 1 to 63 of a-z 0-9 -, and not begin with -' : issue.message;
      return `${issue.path.slice(1).join('.') || 'partner'}: ${message}`;
    });
    throw new Error([...new Set(problems)].join('; '));
  }
  const partnerKeys = Object.entries(parsed.data).flatMap(([name, { keys, wait, on_timeout: onTimeout, role }]) => {
    const settings = {
      ...(wait !== undefined && { waitSeconds: wait }),
      ...(onTimeout !== undefined && { onTimeout }),
      ...(role !== undefined && { role }),
    };
    const partner = { name, ...settings };
    return keys.map(({ sha256, expires_at: expiry }) => ({
      partner,
      hash: Buffer.from(sha256, 'hex'),
      expiresAt: expiry === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiry),
    }));
  });
  refuseShared(partnerKeys);
  return partnerKeys;
}

/** A key that two partners share would let each read the other's requests. */
function refuseShared(keys: readonly PartnerKey[]): void {
  const owners = new Map<string, string>();
  for (const {
    partner: { name: partner },
    hash,
  } of keys) {
    const owner = owners.get(hash.toString('hex')) ?? partner;
    if (owner !== partner)
      throw new Error(`a key must belong to one partner, but ${owner} and ${partner} have the same one`);
    owners.set(hash.toString('hex'), owner);
  }
}

/** The key that was presented. Takes the same time for every key, known or unknown. */
export function findKey(keys: readonly PartnerKey[], presented: string, now: number): PartnerKey | undefined {
  if (presented === '') return undefined;
  const hash = createHash('sha256').update(presented).digest();
  let found: PartnerKey | undefined;
  for (const key of keys) {
    if (timingSafeEqual(key.hash, hash) && key.expiresAt > now) found = key;
  }
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the secret is not JSON');
  }
}
