import type { FaultWindow } from './fault-schedule.ts';
import type { EndpointRules } from './models/endpoint.ts';
import type { VendorPlan } from './models/vendor-images.ts';
import { type Chance, createChance } from './random.ts';
import { type AllowancePlan, planAllowances } from './scenario/allowances.ts';
import { type BatchPlan, planBatches } from './scenario/batches.ts';
import { type CallbackPlan, planCallbacks } from './scenario/callbacks.ts';
import { planFaultWindows } from './scenario/fault-windows.ts';
import { type OrderPlan, planOrders } from './scenario/orders.ts';
import { createDrafts } from './scenario/preferences.ts';
import type { Submission } from './scenario/submission.ts';
import { planSubmissions } from './scenario/submissions.ts';
import { planVendor } from './scenario/vendor.ts';
import { FEEDER, WORKER } from './stage.ts';

/** At a time after the start, in ms: which key the secret holds, or which keys the endpoint takes. */
export interface KeyChange {
  readonly at: number;
  readonly secret?: string;
  readonly endpoint?: readonly string[];
}

/** All that a run does not decide by itself. */
export interface Scenario {
  /** Epoch ms. */
  readonly start: number;
  readonly submissions: readonly Submission[];
  readonly batches: readonly BatchPlan[];
  /** Orders whose images are processed again. */
  readonly orders?: readonly OrderPlan[];
  /** What becomes of the images that were started; undefined: they stay under way, and nobody looks. */
  readonly vendor?: VendorPlan;
  /** Partners who are told of what becomes of their requests. */
  readonly callbacks?: readonly CallbackPlan[];
  /** Partners at their limits; undefined: they are far from them. */
  readonly allowances?: AllowancePlan;
  readonly faultWindows: readonly FaultWindow[];
  readonly keyChanges: readonly KeyChange[];
  readonly rules: EndpointRules;
  /** The account's limit in windows of simulated time; undefined: none. */
  readonly limit?: { readonly calls: number; readonly everyMs: number };
  /** Whether nothing fails but what `faultWindows` say; otherwise some operation fails now and then. */
  readonly isCalm: boolean;
  /** Receives after which a message is slowed down. */
  readonly freeReceives: number;
  /** Calls that one worker may begin within a second. */
  readonly callsPerSecond: number;
  /** Requests that the queue may hold while lines of batches are added to it. */
  readonly bulkDepth: number;
  /** Whether containers' clocks are set now and then. */
  readonly clocksJump: boolean;
  /** So many of 1 invocations die, or stall. */
  readonly mishapShare: number;
  /** Faults that do not happen though chance would have them, by name. */
  readonly spared?: ReadonlySet<string>;
  /** Over the SDK's own clients, and not over the models alone: some six times as slow. */
  readonly overSdk: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Virtual time begins here, whatever the seed. */
const START = Date.parse('2026-11-22T10:00:00Z');

export function planScenario(seed: string, requests: number): Scenario {
  const chance = createChance(seed);
  const count = chance.whole(12, 40);
  const images = Array.from({ length: count }, (_, index) => `image-${index + 1}`) as [string, ...string[]];
  const rules = chance.fork('rules');
  const locked = rules.yes(0.3) ? ([[rules.of(images), START + rules.whole(30 * MINUTE, 8 * HOUR)]] as const) : [];
  const vendor = chance.fork('vendor').yes(VENDOR_SHARE) ? { vendor: planVendor(chance.fork('vendor plan')) } : {};
  // Lines take the place of other requests. A batch can end only where its images do.
  const inBatches = chance.fork('batched');
  const lines = vendor.vendor !== undefined && inBatches.yes(BATCHED_SHARE) ? inBatches.whole(1, requests / 2) : 0;
  const hasOrders = vendor.vendor !== undefined && chance.fork('ordered').yes(ORDERED_SHARE);
  const submissions = planSubmissions({
    count: requests - lines,
    images,
    start: START,
    chance: chance.fork('submissions'),
  });
  const drafts = createDrafts({ images, start: START, chance: chance.fork('lines') });
  const scenario: Scenario = {
    start: START,
    submissions,
    batches: planBatches(lines, drafts, chance.fork('batches')),
    ...vendor,
    ...(hasOrders && { orders: planOrders(images, chance.fork('orders')) }),
    ...(chance.fork('called back').yes(CALLBACKS_SHARE) && {
      callbacks: planCallbacks(images, chance.fork('callbacks')),
    }),
    ...(chance.fork('allowed').yes(ALLOWANCES_SHARE) && { allowances: planAllowances(chance.fork('allowances')) }),
    faultWindows: planFaultWindows(images, START, chance.fork('faultWindows')),
    keyChanges: planKeyChanges(chance.fork('keys')),
    rules: { unknownImages: new Set([images[count - 1] ?? '']), lockedImages: new Map(locked) },
    freeReceives: chance.fork('receives').yes(SLOWED_SHARE) ? FEW_RECEIVES : WORKER.FREE_RECEIVES,
    callsPerSecond: chance
      .fork('rate')
      .of([WORKER.CALLS_PER_SECOND, WORKER.CALLS_PER_SECOND, WORKER.CALLS_PER_SECOND, 5, 2]),
    bulkDepth: chance.fork('depth').of([FEEDER.BULK_DEPTH, 20, 5]),
    clocksJump: chance.fork('clocks').yes(0.3),
    mishapShare: chance.fork('mishaps').of([0, 0.01, 0.03, 0.06]),
    overSdk: chance.fork('sdk').yes(SDK_SHARE),
    isCalm: false,
  };
  if (chance.fork('siege').yes(SIEGE_SHARE)) {
    const { vendor: _, orders: __, allowances: ___, callbacks: ____, ...alone } = scenario;
    return { ...alone, ...siege(submissions) };
  }
  return withEvidence({ ...scenario, ...planLimit(chance.fork('limit')) }, chance.fork('evidence'));
}

/** In so many of 1 runs images are finished some time, and so many of these have batches, or orders. */
const VENDOR_SHARE = 0.15;
const BATCHED_SHARE = 0.7;
const ORDERED_SHARE = 0.4;
const SDK_SHARE = 0.01;
/** In so many of 1 runs a partner reaches its limits. */
const ALLOWANCES_SHARE = 0.08;
/** And in so many partners have callbacks. */
const CALLBACKS_SHARE = 0.1;
/** In so many of 1 runs nearly every message that waits is slowed down, as otherwise after hours only. */
const SLOWED_SHARE = 0.1;
const FEW_RECEIVES = 2;
/** So many of 1 runs are spent on waiting alone. */
const SIEGE_SHARE = 0.01;

// A key that nobody repairs until the queue is about to forget its messages, and nothing else: what waits may wait that long.
// Fewer requests, since each of them comes about a thousand times.
function siege(submissions: readonly Submission[]): Partial<Scenario> {
  const keyChanges = [
    { at: 0, secret: 'key-1', endpoint: ['key-2'] },
    { at: 13.5 * 24 * HOUR, secret: 'key-2' },
  ];
  const few = { submissions: submissions.slice(0, 10), batches: [] };
  return { ...few, faultWindows: [], keyChanges, mishapShare: 0, overSdk: false };
}

/** So many of 1 runs have a limit, and so many of these are calm: then it has to be used. */
const LIMIT_SHARE = 0.3;
const CALM_SHARE = 0.4;

/** A "day" of minutes or hours, in which a part of the requests finds its place. */
function planLimit(chance: Chance): Partial<Scenario> {
  if (!chance.yes(LIMIT_SHARE)) return {};
  const everyMs = chance.of([3, 10, 30, 180]) * MINUTE;
  const limit = { calls: chance.whole(20, 80), everyMs };
  if (!chance.yes(CALM_SHARE)) return { limit };
  const keyChanges = [{ at: 0, secret: 'key-1', endpoint: ['key-1'] }];
  return { limit, keyChanges, faultWindows: [], mishapShare: 0, isCalm: true };
}

/** In so many of 1 runs with a limit somebody else spends of it: images fail for it that were started within it. */
const EVIDENCE_SHARE = 0.1;

function withEvidence(scenario: Scenario, chance: Chance): Scenario {
  const { limit, vendor, isCalm } = scenario;
  if (limit === undefined || vendor === undefined || isCalm || !chance.yes(EVIDENCE_SHARE)) return scenario;
  return { ...scenario, vendor: { ...vendor, failShare: 0.2, limitShare: 0.2 } };
}

function planKeyChanges(chance: Chance): readonly KeyChange[] {
  const first: KeyChange = { at: 0, secret: 'key-1', endpoint: ['key-1'] };
  const from = chance.whole(0, HOUR);
  switch (chance.weighted({ none: 5, careful: 2, revoked: 3 })) {
    case 'none':
      return [first];
    case 'careful':
      // The new key first, the end of the old one when nobody should hold it any more.
      return [
        first,
        { at: from, endpoint: ['key-1', 'key-2'] },
        { at: from + MINUTE, secret: 'key-2' },
        { at: from + 10 * MINUTE, endpoint: ['key-2'] },
      ];
    case 'revoked': {
      const repaired = from + chance.of([20_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]);
      return [
        first,
        { at: from, endpoint: ['key-2'] },
        { at: repaired, secret: chance.of(['key-2', '{"apiKey":"key-2"}']) },
      ];
    }
  }
}
