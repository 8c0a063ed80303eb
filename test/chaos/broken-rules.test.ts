import { describe, expect, it } from 'vitest';
import type { Rule } from '../../chaos/accounting/finding.ts';
import { account } from '../../chaos/accounting.ts';
import { type Entries, realEntries } from '../../chaos/entries.ts';
import { planScenario } from '../../chaos/scenario.ts';
import { simulate } from '../../chaos/simulate.ts';
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

/** Runs with far more crashes and stalls than usual, so that a few of them are enough. */
async function brokenRules(entries: Entries): Promise<readonly Rule[]> {
  const broken = new Set<Rule>();
  for (const seed of SEEDS.map(String)) {
    const scenario = { ...planScenario(seed, 100), mishapShare: 0.4 };
    const { breaches } = account(await simulate(scenario, seed, entries), scenario);
    for (const { name } of breaches) broken.add(name);
  }
  return [...broken];
}

/** A run in calm, in which a limit holds up most of the requests for hours. */
async function brokenByLimit(entries: Entries): Promise<readonly Rule[]> {
  const calm = { isCalm: true, faultWindows: [], mishapShare: 0, keyChanges: [FIRST_KEY] };
  const scenario = { ...planScenario('9', 200), ...calm, limit: { calls: 40, everyMs: 30 * 60_000 } };
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
    ['an invocation that goes on after it was cut off', signalIgnored, ['too_late']],
  ])('notices %s', async (_, entries, rules) => {
    expect(await brokenRules(entries)).toEqual(expect.arrayContaining([...rules]));
  });

  it.each<[string, Entries, Rule]>([
    ['a limit that is ignored', limitIgnored, 'over_limit'],
    ['a limit that is not used', limitHalved, 'under_limit'],
  ])('notices %s', async (_, entries, rule) => {
    expect(await brokenByLimit(entries)).toEqual([rule]);
    expect(await brokenByLimit(realEntries)).toEqual([]);
  });

  it('has nothing to say of the service as it is', async () => {
    expect(await brokenRules(realEntries)).toEqual([]);
  });
});
