import type { Chance } from '../random.ts';
import { PARTNERS } from './submission.ts';

/** What a partner's entry allows it. */
export interface Allowance {
  readonly callsPerSecond: number;
  readonly burst: number;
  readonly batchesPerDay: number;
}

/** A call that costs little, and counts like any. */
export interface CheapCall {
  readonly ref: string;
  /** Ms after the start. */
  readonly at: number;
  readonly partner: string;
  /** Which function takes it. */
  readonly of: 'requests' | 'batches';
}

/** Limits that partners reach, by their names, and what they call beside their requests. */
export interface AllowancePlan {
  readonly limits: Readonly<Record<string, Allowance>>;
  readonly calls: readonly CheapCall[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MOST_CALLS = 120;

/** One partner floods the service, more than once; the others stay far within their limits. */
export function planAllowances(chance: Chance): AllowancePlan {
  const flooder = chance.of(PARTNERS).name;
  const tight = { callsPerSecond: chance.of([1, 2]), burst: chance.of([8, 20, 40]) };
  const own: Allowance = { ...tight, batchesPerDay: chance.of([1, 2, 5]) };
  const others: Allowance = { callsPerSecond: 2, burst: 60, batchesPerDay: 50 };
  const limits = PARTNERS.map(({ name }) => [name, name === flooder ? own : others] as const);
  const calls = Array.from({ length: chance.whole(1, 3) }, () => planFlood(flooder, own, chance)).flat();
  const numbered = calls.toSorted((one, other) => one.at - other.at);
  return {
    limits: Object.fromEntries(limits),
    calls: numbered.map((call, index) => ({ ...call, ref: `c${index + 1}` })),
  };
}

function planFlood(flooder: string, { callsPerSecond, burst }: Allowance, chance: Chance): Omit<CheapCall, 'ref'>[] {
  const from = chance.whole(0, 10 * MINUTE);
  const lastsMs = chance.of([SECOND, 5 * SECOND, 20 * SECOND]);
  const most = Math.min(MOST_CALLS, 2 * burst + (callsPerSecond * 2 * lastsMs) / SECOND);
  const call = (partner: string) => ({
    at: from + chance.whole(0, lastsMs),
    partner,
    of: chance.of(['requests', 'batches'] as const),
  });
  const flood = Array.from({ length: chance.whole(burst, most) }, () => call(flooder));
  const beside = PARTNERS.filter(({ name }) => name !== flooder).flatMap(({ name }) => [call(name), call(name)]);
  return [...flood, ...beside];
}
