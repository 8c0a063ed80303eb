import { account } from './accounting.ts';
import { type Entries, realEntries } from './entries.ts';
import type { Scenario } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';

/** What a run cannot do without to fail. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  /** The faults that are left, by name. */
  readonly faults: readonly string[];
}

/**
 * Finds few faults and few requests with which a run still breaks the same promise: half of what is left is taken away, and
 * half of that, as long as it fails. Each attempt is a run.
 * @param rule the promise that was broken
 * @param entries called for each run
 */
export async function shrink(
  planned: Scenario,
  seed: string,
  rule: string,
  entries: () => Entries = () => realEntries,
): Promise<Shrunk> {
  let latest: { readonly scenario: Scenario; readonly simulation: Simulation } | undefined;

  async function fails(scenario: Scenario): Promise<boolean> {
    const simulation = await simulate(scenario, seed, entries());
    const isBroken = account(simulation, scenario).breaches.some(({ name }) => name === rule);
    if (isBroken) latest = { scenario, simulation };
    return isBroken;
  }

  if (!(await fails(planned)) || latest === undefined) throw new Error(`seed ${seed} does not break ${rule}`);
  const { happened } = latest.simulation;
  const faults = [...namesOf(planned), ...happened];
  const without = (kept: readonly string[]) => sparing(planned, faults, kept);
  const left = await fewest(faults, (kept) => fails(without(kept)));
  const scenario = without(left);
  const requests = scenario.submissions.map(({ ref }) => ref);
  const batches = [...scenario.batches, ...(scenario.orders ?? [])].map(({ ref }) => ref);
  await fewest([...requests, ...batches], (kept) => fails(withOnly(scenario, kept)));
  return { ...latest, faults: left };
}

/** A small part of the items with which it still fails. */
async function fewest(
  items: readonly string[],
  fails: (kept: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(without)) kept = without;
      else from += size;
    }
  }
  return kept;
}

const CALM_VENDOR = { staleShare: 0, webhook: { lost: 0, twice: 0, late: 0 } };

/** Faults that a scenario has from its beginning. */
function namesOf({ faultWindows, keyChanges, clocksJump, vendor }: Scenario): readonly string[] {
  return [
    ...faultWindows.map((_, index) => `window ${index + 1}`),
    ...(keyChanges.length > 1 ? ['key changes'] : []),
    ...(clocksJump ? ['clocks'] : []),
    ...(vendor === undefined ? [] : ['webhook and records']),
  ];
}

/** The scenario with some of its faults alone. */
function sparing(planned: Scenario, faults: readonly string[], kept: readonly string[]): Scenario {
  const { faultWindows, keyChanges, vendor } = planned;
  return {
    ...planned,
    spared: new Set(faults.filter((name) => !kept.includes(name))),
    faultWindows: faultWindows.filter((_, index) => kept.includes(`window ${index + 1}`)),
    keyChanges: kept.includes('key changes') ? keyChanges : keyChanges.slice(0, 1),
    clocksJump: kept.includes('clocks'),
    ...(vendor && { vendor: kept.includes('webhook and records') ? vendor : { ...vendor, ...CALM_VENDOR } }),
  };
}

function withOnly(scenario: Scenario, refs: readonly string[]): Scenario {
  const isKept = ({ ref }: { readonly ref: string }) => refs.includes(ref);
  const { submissions, batches, orders } = scenario;
  const kept = { submissions: submissions.filter(isKept), batches: batches.filter(isKept) };
  return { ...scenario, ...kept, ...(orders && { orders: orders.filter(isKept) }) };
}
