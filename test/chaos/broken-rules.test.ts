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

  it('has nothing to say of the service as it is', async () => {
    expect(await brokenRules(realEntries)).toEqual([]);
  });
});
