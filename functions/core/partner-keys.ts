import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { LONGEST_WAIT_SECONDS } from './request/longest-wait.ts';

const WAIT_RULE = `must be a whole number of seconds from 0 to ${LONGEST_WAIT_SECONDS}`;

const LIMIT_RULE = 'must be a whole number from 1';

/** The status of a call whose outcome is not known when its wait is over. */
const ON_TIMEOUT = [202, 504] as const;

export const PARTNER_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The secret of the partners' keys: hashes only. A partner may have several, so that keys overlap during a rotation. */
const partnerKeysSchema = z.record(
  z.string().check(z.regex(PARTNER_NAME)),
  z.object({
    keys: z.array(
      z.object({
        sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 as 64 hexadecimal digits')),
        expires_at: z.optional(z.iso.datetime({ offset: true, error: 'must be an ISO 8601 date and time' })),
      }),
    ),
    wait: z.optional(z.int(WAIT_RULE).check(z.gte(0, WAIT_RULE), z.lte(LONGEST_WAIT_SECONDS, WAIT_RULE))),
    on_timeout: z.optional(z.literal(ON_TIMEOUT, 'must be 202 or 504')),
    calls_per_second: z.optional(z.int(LIMIT_RULE).check(z.positive(LIMIT_RULE))),
    burst: z.optional(z.int(LIMIT_RULE).check(z.positive(LIMIT_RULE))),
    batches_per_day: z.optional(z.int(LIMIT_RULE).check(z.positive(LIMIT_RULE))),
    role: z.optional(z.literal('operator', 'must be operator, or be left out for a partner')),
  }),
);

/** What a partner may ask for, so that none takes the others' share. Operators have no such limits. */
export interface PartnerLimits {
  /** HTTP calls, on average. */
  readonly callsPerSecond: number;
  /** Calls at once, after a pause. */
  readonly burst: number;
  /** Batches that are made over HTTP, from midnight to midnight UTC. */
  readonly batchesPerDay: number;
}

export interface Partner {
  readonly name: string;
  /** How long a call without `Prefer: wait` waits for its outcome; without it, the service's default. */
  readonly waitSeconds?: number;
  /** The status of a call whose outcome is not known by then; without it, 202. */
  readonly onTimeout?: (typeof ON_TIMEOUT)[number];
  /** What it may ask for; where nothing is said, the stage's. */
  readonly limits?: Partial<PartnerLimits>;
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
  const partnerKeys = Object.entries(parsed.data).flatMap(([name, { keys, ...entry }]) => {
    const partner = { name, ...settingsOf(entry) };
    return keys.map(({ sha256, expires_at: expiry }) => ({
      partner,
      hash: Buffer.from(sha256, 'hex'),
      expiresAt: expiry === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiry),
    }));
  });
  refuseShared(partnerKeys);
  return partnerKeys;
}

type Entry = Omit<z.output<typeof partnerKeysSchema>[string], 'keys'>;

function settingsOf(entry: Entry): Omit<Partner, 'name'> {
  const {
    wait,
    on_timeout: onTimeout,
    role,
    calls_per_second: callsPerSecond,
    burst,
    batches_per_day: batches,
  } = entry;
  const limits = {
    ...(callsPerSecond !== undefined && { callsPerSecond }),
    ...(burst !== undefined && { burst }),
    ...(batches !== undefined && { batchesPerDay: batches }),
  };
  return {
    ...(wait !== undefined && { waitSeconds: wait }),
    ...(onTimeout !== undefined && { onTimeout }),
    ...(role !== undefined && { role }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
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
