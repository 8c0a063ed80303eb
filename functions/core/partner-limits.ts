import { withTimeout } from './deadline.ts';
import { loggedError } from './logged-error.ts';
import type { Partner, PartnerLimits } from './partner-keys.ts';
import type { Clock, Limits, Logger } from './ports.ts';

/** A limit was reached: the call is refused, and nothing was done. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
  readonly policy: LimitPolicy;
  readonly retryAfterMs: number;

  constructor(policy: LimitPolicy, retryAfterMs: number) {
    super(`a partner may make ${policy.quota} ${policy.name} ${policy.per}`);
    this.policy = policy;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface LimitPolicy {
  readonly name: 'calls' | 'batches';
  readonly quota: number;
  readonly windowSeconds: number;
  /** For a person: `a day`. */
  readonly per: string;
}

/** What is left to the partners, over all containers. Every method throws DependencyUnavailable when it cannot be used. */
export interface Allowances {
  /**
   * Takes calls out of a partner's bucket.
   * @param most takes fewer when there are not so many
   * @returns how many were taken; if none, the ms until there is one
   */
  takeCalls(
    partner: string,
    bucket: Pick<PartnerLimits, 'callsPerSecond' | 'burst'>,
    most: number,
    limits: Limits,
  ): Promise<{ readonly taken: number; readonly waitMs: number }>;
  /** Counts one batch of a day, such as `2026-12-31`. @returns false when there were as many as there may be */
  takeBatch(partner: string, day: string, most: number, limits: Limits): Promise<boolean>;
}

export interface PartnerLimiterParts {
  readonly allowances: Allowances;
  /** For a partner whose entry says nothing else. */
  readonly defaults: PartnerLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PartnerLimiter {
  /** @throws LimitReached */
  admitCall(caller: Partner, limits: Limits): Promise<void>;
  /** @throws LimitReached */
  admitBatch(owner: string, own: Partner['limits'], limits: Limits): Promise<void>;
}

/** A container takes a part of the burst at once: a write for each call would cost more than the call. */
const LOTS_IN_BURST = 4;
const LARGEST_LOT = 25;
/** Retry-After has whole seconds: so long a partner without calls is refused without a look, and there are some at once after that. */
const LEAST_REFUSAL_MS = 1000;
/** A ledger that cannot be used makes no call fail here: what the call itself needs of it says so better. */
const TAKE_MS = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export function createPartnerLimiter({ allowances, defaults, clock, log }: PartnerLimiterParts): PartnerLimiter {
  /** Calls that this container has taken and not used, or when it may take some again. */
  const stock = new Map<string, { calls: number; refusedUntil: number }>();

  async function unlessUnavailable<Result>(limits: Limits, take: (limits: Limits) => Promise<Result>) {
    try {
      return await withTimeout(TAKE_MS, clock, limits, take);
    } catch (error) {
      log.warn('a call was admitted without a look at its partner’s limits', loggedError(error));
      return undefined;
    }
  }

  return {
    async admitCall({ name, role, limits: own }, limits) {
      if (role === 'operator') return;
      const bucket = { ...defaults, ...own };
      const left = stock.get(name) ?? { calls: 0, refusedUntil: 0 };
      stock.set(name, left);
      if (left.calls === 0 && clock.now() >= left.refusedUntil) {
        const lot = Math.max(1, Math.min(LARGEST_LOT, Math.floor(bucket.burst / LOTS_IN_BURST)));
        const got = await unlessUnavailable(limits, (inTime) => allowances.takeCalls(name, bucket, lot, inTime));
        left.calls = got?.taken ?? 1;
        // Where nothing was refused, a clock that is set back must not refuse anything.
        left.refusedUntil = left.calls > 0 ? 0 : clock.now() + Math.max(LEAST_REFUSAL_MS, got?.waitMs ?? 0);
      }
      if (left.calls === 0) throw new LimitReached(callPolicy(bucket), left.refusedUntil - clock.now());
      left.calls -= 1;
    },

    async admitBatch(owner, own, limits) {
      const { batchesPerDay } = { ...defaults, ...own };
      const now = clock.now();
      const day = new Date(now).toISOString().slice(0, 10);
      const isTaken = await unlessUnavailable(limits, (inTime) =>
        allowances.takeBatch(owner, day, batchesPerDay, inTime),
      );
      if (isTaken !== false) return;
      const policy = { name: 'batches', quota: batchesPerDay, windowSeconds: DAY_MS / 1000, per: 'a day' } as const;
      throw new LimitReached(policy, DAY_MS - (now % DAY_MS));
    },
  };
}

/** The window is the time in which an empty bucket is full again. */
function callPolicy({ callsPerSecond, burst }: PartnerLimits): LimitPolicy {
  const per = `at once, and ${callsPerSecond} a second`;
  return { name: 'calls', quota: burst, windowSeconds: Math.max(1, Math.ceil(burst / callsPerSecond)), per };
}
