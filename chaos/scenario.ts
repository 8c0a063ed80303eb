import type { FaultWindow } from './fault-schedule.ts';
import type { EndpointRules } from './models/endpoint.ts';
import { type Chance, createChance } from './random.ts';
import { planFaultWindows } from './scenario/fault-windows.ts';
import type { Submission } from './scenario/submission.ts';
import { planSubmissions } from './scenario/submissions.ts';
import { WORKER } from './stage.ts';

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
  readonly faultWindows: readonly FaultWindow[];
  readonly keyChanges: readonly KeyChange[];
  readonly rules: EndpointRules;
  /** The account's limit in windows of simulated time; undefined: none. */
  readonly limit?: { readonly calls: number; readonly everyMs: number };
  /** Whether nothing fails but what `faultWindows` say; otherwise some operation fails now and then. */
  readonly isCalm: boolean;
  /** Receives after which a message is slowed down. */
  readonly freeReceives: number;
  /** So many of 1 invocations die, or stall. */
  readonly mishapShare: number;
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
  const submissions = planSubmissions({ count: requests, images, start: START, chance: chance.fork('submissions') });
  const scenario = {
    start: START,
    submissions,
    faultWindows: planFaultWindows(images, START, chance.fork('faultWindows')),
    keyChanges: planKeyChanges(chance.fork('keys')),
    rules: { unknownImages: new Set([images[count - 1] ?? '']), lockedImages: new Map(locked) },
    freeReceives: chance.fork('receives').yes(SLOWED_SHARE) ? FEW_RECEIVES : WORKER.FREE_RECEIVES,
    mishapShare: chance.fork('mishaps').of([0, 0.01, 0.03, 0.06]),
    overSdk: chance.fork('sdk').yes(SDK_SHARE),
    isCalm: false,
  };
  const limited = { ...scenario, ...planLimit(chance.fork('limit')) };
  return chance.fork('siege').yes(SIEGE_SHARE) ? { ...scenario, ...siege(submissions) } : limited;
}

const SDK_SHARE = 0.01;
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
  return { submissions: submissions.slice(0, 20), faultWindows: [], keyChanges, mishapShare: 0, overSdk: false };
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
      const repaired = from + chance.of([20_000, 5 * MINUTE, HOUR, 7 * HOUR]);
      return [
        first,
        { at: from, endpoint: ['key-2'] },
        { at: repaired, secret: chance.of(['key-2', '{"apiKey":"key-2"}']) },
      ];
    }
  }
}
