import type { Rule } from '../../../chaos/accounting/finding.ts';
import { account } from '../../../chaos/accounting.ts';
import { type Entries, realEntries } from '../../../chaos/entries.ts';
import type { Fact, FactOf } from '../../../chaos/facts.ts';
import { planScenario, type Scenario } from '../../../chaos/scenario.ts';
import { simulate } from '../../../chaos/simulate.ts';

export interface StoryRun {
  readonly scenario: Scenario;
  readonly facts: readonly Fact[];
  readonly broken: readonly Rule[];
  /** The findings, in words. */
  readonly texts: readonly string[];
  of<Kind extends Fact['kind']>(kind: Kind): readonly FactOf<Kind>[];
}

/** A run in which nothing goes wrong but what it is about. @param requests how many, beside what the change adds */
export async function runStory(
  seed: string,
  requests: number,
  change: Partial<Scenario>,
  entries: Entries = realEntries,
): Promise<StoryRun> {
  const {
    vendor: _,
    limit: __,
    callbacks: ___,
    orders: ____,
    allowances: _____,
    ...planned
  } = planScenario(seed, requests);
  const calm = { isCalm: true, faultWindows: [], mishapShare: 0, clocksJump: false, overSdk: false, batches: [] };
  const keyChanges = [{ at: 0, secret: 'key-1', endpoint: ['key-1'] }];
  const scenario: Scenario = { ...planned, ...calm, keyChanges, ...change };
  const { facts, cameToRest } = await simulate(scenario, seed, entries);
  const { breaches } = account({ facts, cameToRest }, scenario);
  return {
    scenario,
    facts,
    broken: [...new Set(breaches.map(({ name }) => name))],
    texts: breaches.map(({ name, text }) => `${name}: ${text}`),
    of: <Kind extends Fact['kind']>(kind: Kind) => facts.filter((fact) => fact.kind === kind) as FactOf<Kind>[],
  };
}
