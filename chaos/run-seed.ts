import { type Account, account } from './accounting.ts';
import { type Entries, realEntries } from './entries.ts';
import type { Fact } from './facts.ts';
import { planScenario, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly facts: readonly Fact[];
  readonly account: Account;
}

/** One run from its seed to its account. @param entries the service, or a broken one in its place */
export async function runSeed(seed: number, requests: number, entries: Entries = realEntries): Promise<Run> {
  const scenario = planScenario(String(seed), requests);
  const simulation = await simulate(scenario, String(seed), entries);
  return { scenario, facts: simulation.facts, account: account(simulation, scenario) };
}
