import type { Allowance } from '../scenario/allowances.ts';
import type { CaseFile } from './case-file.ts';
import type { Pad } from './finding.ts';
import { CLOCKS_APART, DAY, LARGEST_LOT, LOTS_IN_BURST } from './promised-numbers.ts';

/** A partner's call of the HTTP API. */
interface PartnerCall {
  readonly ref: string;
  readonly partner: string;
  readonly status: number;
  /** Epoch ms at which its function began. */
  readonly at: number;
  /** Epoch ms at which it has looked at the limits at the latest: one that was held up may do so right before its response. */
  readonly lookedBy: number;
  readonly environment: string;
  /** Nothing went wrong for its function but what it did itself. */
  readonly isCalm: boolean;
  readonly retryAfter: string | undefined;
  /** The limit for which it was refused. */
  readonly limit: 'calls' | 'batches' | undefined;
  /** Whether it may make a batch of the partner's. */
  readonly makesBatch: boolean;
  /** An operator's call, which counts for nothing but the batches of the partner that it makes one for. */
  readonly isOperators: boolean;
}

/** Of a stage whose partners' entries say nothing: far more than any run has. */
const PLENTY: Allowance = { callsPerSecond: 1000, burst: 10_000, batchesPerDay: 10_000 };

/** A partner is let in as often as its limits say, and refused for nothing but its own calls. */
export function checkAllowances(file: CaseFile, pad: Pad): void {
  const { limits = {} } = file.scenario.allowances ?? {};
  for (const [partner, calls] of Map.groupBy(callsOf(file), (call) => call.partner)) {
    const allowance = limits[partner] ?? PLENTY;
    if (partner in limits) checkBucket(partner, calls, allowance, pad);
    if (partner in limits) checkBatchesOfDay(partner, allowance, file, pad);
    for (const call of calls) if (call.limit !== undefined) checkRefused(call, calls, allowance, pad);
  }
}

/** The calls of partners, in the order in which their functions began. */
function callsOf(file: CaseFile): readonly PartnerCall[] {
  const { submissions, batches } = file.scenario;
  const orders = new Set(file.scenario.orders?.map(({ ref }) => ref));
  const callers = new Map(submissions.flatMap((one) => (one.entryPoint === 'http' ? [[one.ref, one.partner]] : [])));
  const owners = new Map(batches.map(({ ref, partner }) => [ref, partner]));
  const began = new Map(file.of('began').map(({ invocation, at }) => [invocation, at]));
  const common = ({ at: responded, invocation }: { readonly at: number; readonly invocation: number }) => {
    const at = began.get(invocation) ?? responded;
    const isCalm = !file.isDisturbed(invocation) && !file.wasHeldUp(invocation);
    const environment = file.environmentOf(invocation);
    return { at, lookedBy: isCalm ? at : responded, environment, isCalm, makesBatch: false, isOperators: false };
  };
  const calls: PartnerCall[] = [
    ...file.of('http_response').map((fact) => {
      const { ref, status, retryAfter } = fact;
      const limit = status === 429 ? ('calls' as const) : undefined;
      return { ...common(fact), ref, partner: callers.get(ref) ?? '', status, retryAfter, limit };
    }),
    ...file.of('batch_response').map((fact) => {
      const { ref, status, body } = fact;
      const [batch = '', action] = ref.split(' ');
      const whose = { partner: owners.get(batch) ?? '', isOperators: action !== undefined };
      const makesBatch = action === undefined || action === 'retry';
      const limit = limitIn(status, body);
      return { ...common(fact), ref, ...whose, makesBatch, status, retryAfter: undefined, limit };
    }),
    ...file.of('api_response').map((fact) => {
      const { ref, partner, status, body, retryAfter } = fact;
      const makesBatch = orders.has(ref);
      return { ...common(fact), ref, partner, makesBatch, status, retryAfter, limit: limitIn(status, body) };
    }),
  ];
  return calls.filter(({ partner }) => partner !== '').sort((one, other) => one.at - other.at);
}

function limitIn(status: number, body: string): PartnerCall['limit'] {
  if (status !== 429) return undefined;
  return body.includes('batches a day') ? 'batches' : 'calls';
}

/** A function looks at the limits as soon as it knows whose call it is. */
const LOOKED_WITHIN = 1000;

const lotOf = ({ burst }: Allowance) => Math.max(1, Math.min(LARGEST_LOT, Math.floor(burst / LOTS_IN_BURST)));

/**
 * Between any two calls no more are let in than the bucket gives: what it holds, what flows in meanwhile, and what containers had
 * taken before. Calls that a fault let in are not counted, since no call is refused while the ledger cannot be used.
 */
function checkBucket(partner: string, calls: readonly PartnerCall[], allowance: Allowance, pad: Pad): void {
  const { callsPerSecond, burst } = allowance;
  const own = calls.filter(({ isOperators }) => !isOperators);
  const letIn = own.filter(({ status, isCalm }) => isCalm && status < 500 && status !== 429 && status !== 401);
  for (const [first, from] of letIn.entries()) {
    // Also a call that a fault let in may have left some of a lot.
    const before = new Set(own.slice(0, own.indexOf(from)).map(({ environment }) => environment));
    const stocked = new Set<string>();
    let count = 0;
    for (const { at, environment, ref } of letIn.slice(first)) {
      count += 1;
      if (before.has(environment)) stocked.add(environment);
      const flowed = ((at - from.at + LOOKED_WITHIN + CLOCKS_APART) / 1000) * callsPerSecond;
      const most = burst + flowed + stocked.size * lotOf(allowance);
      if (count <= most) continue;
      pad.breach('over_allowance', at, `${partner}: ${count} calls from ${from.ref} to ${ref}, at most ${most}`);
      return;
    }
  }
}

/** The batches that were made over HTTP between two midnights. */
function checkBatchesOfDay(partner: string, { batchesPerDay }: Allowance, file: CaseFile, pad: Pad): void {
  const made = file.of('batch_made').filter(({ key, invocation }) => {
    const isByApi = /^(batch|order)-api/.test(file.environmentOf(invocation));
    return isByApi && key.includes(`/${partner}/`) && !file.isDisturbed(invocation);
  });
  for (const [day, ofDay] of Map.groupBy(made, ({ at }) => Math.floor((at - CLOCKS_APART) / DAY))) {
    const last = ofDay.at(-1);
    if (last === undefined || ofDay.length <= batchesPerDay) continue;
    pad.breach(
      'over_allowance',
      last.at,
      `${partner}: ${ofDay.length} batches on day ${day}, at most ${batchesPerDay}`,
    );
  }
}

/** A refusal has its reason in the partner's own calls, and says for how long. */
function checkRefused(call: PartnerCall, calls: readonly PartnerCall[], allowance: Allowance, pad: Pad): void {
  const { at, lookedBy, ref, limit, retryAfter } = call;
  const isReached =
    limit === 'batches'
      ? isDayUsedUp(call, calls, allowance)
      : [at, lookedBy].some((now) => isBucketEmpty(now, calls, allowance));
  if (!isReached) pad.breach('refused_early', at, `${ref} was refused for its ${limit}`);
  const longest = limit === 'batches' ? DAY : 1000 / allowance.callsPerSecond + CLOCKS_APART;
  const seconds = Number(retryAfter ?? 1);
  if (seconds > Math.ceil(longest / 1000) + 1) pad.breach('refused_early', at, `${ref} was refused for ${seconds} s`);
}

/**
 * Whether the bucket may have been empty at a time: since some moment as much was taken as it holds and as has flowed in. A
 * container may hold a lot that it does not use, and so may one that died; a write that failed may have taken one. One whose clock
 * is behind sees less.
 */
function isBucketEmpty(now: number, calls: readonly PartnerCall[], allowance: Allowance): boolean {
  const { callsPerSecond, burst } = allowance;
  const held = lotOf(allowance) - 1;
  const containers = new Set<string>();
  let taken = 0;
  const latestFirst = calls.toSorted((one, other) => other.lookedBy - one.lookedBy);
  for (const { at, lookedBy, status, environment, isCalm, isOperators } of latestFirst) {
    if (isOperators || at > now + LOOKED_WITHIN) continue;
    if (status !== 429) taken += 1;
    if (!isCalm) taken += lotOf(allowance);
    if (!containers.has(environment)) taken += held;
    containers.add(environment);
    // Of a call that is to come, a container knows the time.
    const flowed = ((now - Math.min(now, lookedBy) - CLOCKS_APART) / 1000) * callsPerSecond - 1;
    if (taken >= burst + flowed - 1) return true;
  }
  return false;
}

/** A batch is checked and stored before its call is answered, and another one may be counted meanwhile. */
const MADE_WITHIN = 30_000;

/** Whether its partner may have made as many batches on its day. */
function isDayUsedUp({ at: now }: PartnerCall, calls: readonly PartnerCall[], { batchesPerDay }: Allowance): boolean {
  const from = now - (now % DAY) - CLOCKS_APART;
  const others = calls.filter(({ at, makesBatch, limit }) => {
    return makesBatch && limit === undefined && at >= from && at <= now + MADE_WITHIN;
  });
  const twice = others.filter(({ isCalm }) => !isCalm).length;
  return others.length + twice >= batchesPerDay;
}
