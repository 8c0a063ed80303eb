import { type Account, account } from './accounting.ts';
import { realEntries } from './entries.ts';
import type { Fact } from './facts.ts';
import { planScenario, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly facts: readonly Fact[];
  readonly account: Account;
}

/** One run of the service as it is, from its seed to its account. */
export async function runSeed(seed: number, requests: number): Promise<Run> {
  const scenario = planScenario(String(seed), requests);
  const simulation = await simulate(scenario, String(seed), realEntries);
  return { scenario, facts: simulation.facts, account: account(simulation, scenario) };
}
