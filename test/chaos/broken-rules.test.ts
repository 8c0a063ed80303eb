import { describe, expect, it } from 'vitest';
import type { Rule } from '../../chaos/accounting/finding.ts';
import { account } from '../../chaos/accounting.ts';
import { type Entries, realEntries } from '../../chaos/entries.ts';
import type { VendorPlan } from '../../chaos/models/vendor-images.ts';
import { createChance } from '../../chaos/random.ts';
import { type BatchPlan, planBatches } from '../../chaos/scenario/batches.ts';
import { createDrafts } from '../../chaos/scenario/preferences.ts';
import { planScenario, type Scenario } from '../../chaos/scenario.ts';
import { simulate } from '../../chaos/simulate.ts';
import {
  allSuperseded,
  controlIgnored,
  endsUntold,
  everythingFinished,
  imagesMixedUp,
  linesSwallowed,
  startedIsFinished,
  versionsTold,
} from './support/broken-batches.ts';
import {
  acknowledgedBeforeRecorded,
  calledWithoutClaim,
  contentBasedIds,
  limitHalved,
  limitIgnored,
  orderIgnored,
  publishedBeforeRecorded,
  receiveCountAsAttempt,
  signalIgnored,
} from './support/broken-entries.ts';

const SEEDS = [1, 2, 3, 4, 7, 8];

/**
 * Runs with far more crashes and stalls than usual, so that a few of them are enough.
 * @param until ends the runs once all of these are broken
 */
async function brokenRules(entries: Entries, until: readonly Rule[] = []): Promise<readonly Rule[]> {
  const broken = new Set<Rule>();
  for (const seed of SEEDS.map(String)) {
    if (until.length > 0 && until.every((rule) => broken.has(rule))) break;
    const { vendor: _, orders: __, ...planned } = planScenario(seed, 60);
    const scenario = { ...planned, batches: [], mishapShare: 0.4 };
    const { breaches } = account(await simulate(scenario, seed, entries), scenario);
    for (const { name } of breaches) broken.add(name);
  }
  return [...broken];
}

/** Runs of few requests, most of them lines of batches, of which each is handed over twice and paused. @param until see above */
async function brokenInBatches(
  entries: Entries,
  until: readonly Rule[] = [],
  changes: Partial<Scenario> = {},
): Promise<readonly Rule[]> {
  const broken = new Set<Rule>();
  for (const seed of ['b1', 'b2', 'b3']) {
    if (until.length > 0 && until.every((rule) => broken.has(rule))) break;
    const planned = planScenario(seed, 20);
    const drafts = createDrafts({
      images: ['image-1', 'image-2', 'image-3'],
      start: planned.start,
      chance: createChance(seed),
    });
    const batches = planBatches(20, drafts, createChance(seed)).map((batch) => ({ ...batch, ...HANDED_OVER }));
    const { limit: _, ...unlimited } = planned;
    const scenario = {
      ...unlimited,
      batches,
      vendor: SLOW_VENDOR,
      faultWindows: [],
      keyChanges: [FIRST_KEY],
      bulkDepth: 1,
      ...changes,
    };
    const { breaches } = account(await simulate(scenario, seed, entries), scenario);
    for (const { name } of breaches) broken.add(name);
  }
  return [...broken];
}
const HANDED_OVER: Pick<BatchPlan, 'again' | 'actions' | 'way'> = {
  way: 'file',
  again: [1000, 60_000],
  actions: [
    { after: 5000, action: 'pause' },
    { after: 30 * 60_000, action: 'resume' },
  ],
};
const SLOW_VENDOR: VendorPlan = {
  paces: { at_once: 0, usual: 1, late: 1, very_late: 0, never: 0 },
  failShare: 0.2,
  limitShare: 0,
  staleShare: 0,
  webhook: { lost: 0.5, twice: 0.2, late: 0 },
  isOld: false,
};

/** A run in calm, in which a limit holds up most of the requests. */
async function brokenByLimit(entries: Entries): Promise<readonly Rule[]> {
  const calm = { isCalm: true, faultWindows: [], mishapShare: 0, keyChanges: [FIRST_KEY] };
  const { vendor: _, orders: __, ...planned } = planScenario('9', 60);
  const scenario = { ...planned, batches: [], ...calm, limit: { calls: 20, everyMs: 30 * 60_000 } };
  const { breaches } = account(await simulate(scenario, '9', entries), scenario);
  return [...new Set(breaches.map(({ name }) => name))];
}
const FIRST_KEY = { at: 0, secret: 'key-1', endpoint: ['key-1'] };

describe('the simulator', () => {
  it.each<[string, Entries, readonly Rule[]]>([
    ['an order that is ignored', orderIgnored, ['call_order', 'act_order', 'outcome_order']],
    ['messages acknowledged before their outcome is recorded', acknowledgedBeforeRecorded, ['deleted_early', 'lost']],
    ['outcomes published before they are recorded', publishedBeforeRecorded, ['not_recorded']],
    ['calls without a claim', calledWithoutClaim, ['no_claim']],
    ['ids made of the content', contentBasedIds, ['lost', 'outcomes', 'unknown_event']],
    ['the receive count taken for the attempt', receiveCountAsAttempt, ['miscounted']],
    ['an invocation that goes on after it was cut off', signalIgnored, ['over']],
  ])('notices %s', async (_, entries, rules) => {
    expect(await brokenRules(entries, rules)).toEqual(expect.arrayContaining([...rules]));
  });

  it.each<[string, Entries, Rule]>([
    ['a limit that is ignored', limitIgnored, 'over_limit'],
    ['a limit that is not used', limitHalved, 'under_limit'],
  ])('notices %s', async (_, entries, rule) => {
    expect(await brokenByLimit(entries)).toContain(rule);
  });

  it('has nothing to say of a limit as it is', async () => {
    expect(await brokenByLimit(realEntries)).toEqual([]);
  });

  it.each<[string, Entries, readonly Rule[]]>([
    ['lines that are not sent', linesSwallowed, ['batch_open']],
    ['a file that is saved again taken for another', versionsTold, ['batch_twice']],
    ['a batch that was paused going on', controlIgnored, ['unwanted']],
    ['lines counted as finished that are not', startedIsFinished, ['batch_end']],
    ['ends of images that nobody hears of', endsUntold, ['untold']],
    ['the webhook taking one image for another', imagesMixedUp, ['misattributed']],
    ['the sweep taking everything for finished', everythingFinished, ['misattributed']],
  ])('notices %s', async (_, entries, rules) => {
    expect(await brokenInBatches(entries, rules)).toEqual(expect.arrayContaining([...rules]));
  });

  it('notices lines given up for a newer request that there is not', async () => {
    const limit = { calls: 200, everyMs: 30 * 60_000 };
    const vendor = { ...SLOW_VENDOR, failShare: 0.8, limitShare: 0.8 };
    expect(await brokenInBatches(allSuperseded, ['line_lost'], { limit, vendor })).toContain('line_lost');
  });

  it('has nothing to say of batches as they are', async () => {
    expect(await brokenInBatches(realEntries)).toEqual([]);
  });

  it('has nothing to say of the service as it is', async () => {
    expect(await brokenRules(realEntries)).toEqual([]);
  });
});
