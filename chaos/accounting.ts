import { type CaseFile, openCaseFile } from './accounting/case-file.ts';
import { checkBudget } from './accounting/check-budget.ts';
import { checkCalls } from './accounting/check-calls.ts';
import { checkOrder } from './accounting/check-order.ts';
import { checkOrderOfOutcomes, checkOutcomes, checkResponses } from './accounting/check-outcomes.ts';
import { checkPoison } from './accounting/check-poison.ts';
import { checkReasons } from './accounting/check-reasons.ts';
import { checkSteps } from './accounting/check-steps.ts';
import { createPad, type Findings } from './accounting/finding.ts';
import type { Scenario } from './scenario.ts';
import type { Simulation } from './simulate.ts';

/** How much happened, for the first part of the table. */
export const COUNTS = {
  handed_over: 'requests handed over',
  accepted: 'messages that the queue took',
  refused: 'of these refused: unreadable, or an id used twice',
  outcomes: 'distinct outcomes published',
  calls: 'calls of the endpoint',
  acts: 'calls that took effect',
  deliveries: 'deliveries to a worker',
  waits: 'waits of a claimed request',
  faults: 'operations of AWS that met a fault',
  killed: 'containers killed',
  stalled: 'containers that nothing reached for a while',
  cut_off: 'invocations cut off',
  hours: 'hours of virtual time',
} as const;

export type CountName = keyof typeof COUNTS;

export interface Account extends Findings {
  readonly counts: Readonly<Record<CountName, number>>;
}

/** What became of every request of a run, and whether each promise was kept. */
export function account({ facts, cameToRest }: Simulation, scenario: Scenario): Account {
  const file = openCaseFile(facts, scenario);
  const pad = createPad();
  for (const check of [checkOutcomes, checkOrderOfOutcomes, checkResponses, checkOrder, checkCalls, checkSteps])
    check(file, pad);
  checkBudget(file, pad);
  checkReasons(file, pad);
  checkPoison(file, pad);
  if (!cameToRest) pad.breach('unrest', facts.at(-1)?.at ?? 0, 'something was still going on after 16 days');
  return { breaches: pad.breaches, notes: pad.notes, counts: countsOf(file) };
}

function countsOf(file: CaseFile): Account['counts'] {
  const number = (kind: Parameters<CaseFile['of']>[0]) => file.of(kind).length;
  return {
    handed_over: number('submitted'),
    accepted: file.messages.length,
    refused: file.messages.filter(({ isOwner }) => !isOwner).length,
    outcomes: file.published.size,
    calls: file.calls.length,
    acts: number('acted'),
    deliveries: number('received'),
    waits: number('waiting'),
    faults: number('fault'),
    killed: number('killed'),
    stalled: number('stalled'),
    cut_off: number('cut_off'),
    hours: ((file.facts.at(-1)?.at ?? 0) - file.scenario.start) / 3_600_000,
  };
}
