import { type Account, account } from './accounting.ts';
import { type Entries, realEntries } from './entries.ts';
import type { Fact } from './facts.ts';
import { createChance } from './random.ts';
import { planScenario, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { mixed } from './two-versions.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly facts: readonly Fact[];
  readonly account: Account;
}

/** The service as it is, and beside it another version, if there is one. */
export function entriesFor(seed: string, others?: Partial<Entries>): Entries {
  return others === undefined ? realEntries : mixed(others, createChance(`${seed}/versions`));
}

/** One run, from its seed to its account. @param others the functions of another version, which half of the containers run */
export async function runSeed(seed: number, requests: number, others?: Partial<Entries>): Promise<Run> {
  const scenario = planScenario(String(seed), requests);
  const simulation = await simulate(scenario, String(seed), entriesFor(String(seed), others));
  return { scenario, facts: simulation.facts, account: account(simulation, scenario) };
}
