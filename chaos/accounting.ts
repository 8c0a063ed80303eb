import { type CaseFile, openCaseFile } from './accounting/case-file.ts';
import { checkAllowances } from './accounting/check-allowances.ts';
import { checkAttempts } from './accounting/check-attempts.ts';
import { checkBatches } from './accounting/check-batches.ts';
import { checkBudget } from './accounting/check-budget.ts';
import { checkCallbacksEnded } from './accounting/check-callbacks-ended.ts';
import { checkCallbacksQueued } from './accounting/check-callbacks-queued.ts';
import { checkCallbacksSent } from './accounting/check-callbacks-sent.ts';
import { checkCalls } from './accounting/check-calls.ts';
import { checkCompletions } from './accounting/check-completions.ts';
import { checkContainers } from './accounting/check-containers.ts';
import { checkEvents } from './accounting/check-events.ts';
import { checkOrder } from './accounting/check-order.ts';
import { checkOrders } from './accounting/check-orders.ts';
import { checkOrderOfOutcomes, checkOutcomes, checkResponses } from './accounting/check-outcomes.ts';
import { checkPoison } from './accounting/check-poison.ts';
import { checkReasons } from './accounting/check-reasons.ts';
import { checkSteps } from './accounting/check-steps.ts';
import { checkWaits } from './accounting/check-waits.ts';
import { createPad, type Findings, type Pad } from './accounting/finding.ts';
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
  batches: 'batches made, of those that were handed over',
  lines: 'lines of batches that were sent',
  enhanced: 'images that were finished',
  webhooks: 'calls of the webhook',
  callbacks: 'callbacks that were queued',
  callback_calls: 'calls of their receivers',
  looks: 'looks at images and orders',
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

const CHECKS: readonly ((file: CaseFile, pad: Pad) => void)[] = [
  ...[checkOutcomes, checkOrderOfOutcomes, checkEvents, checkResponses, checkOrder, checkCalls, checkWaits],
  ...[checkSteps, checkContainers, checkBudget, checkReasons, checkPoison, checkBatches, checkCompletions],
  ...[checkAttempts, checkAllowances, checkOrders, checkCallbacksQueued, checkCallbacksSent, checkCallbacksEnded],
];

/** What became of every request of a run, and whether each promise was kept. */
export function account({ facts, cameToRest }: Pick<Simulation, 'facts' | 'cameToRest'>, scenario: Scenario): Account {
  const file = openCaseFile(facts, scenario);
  const pad = createPad();
  for (const check of CHECKS) check(file, pad);
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
    batches: number('batch_made'),
    lines: file.of('known').filter(({ batchId }) => batchId !== undefined).length,
    enhanced: number('enhanced'),
    webhooks: number('webhook'),
    callbacks: number('callback_queued'),
    callback_calls: number('callback_sent'),
    looks: number('read_began'),
    deliveries: number('received'),
    waits: number('waiting'),
    faults: number('fault'),
    killed: number('killed'),
    stalled: number('stalled'),
    cut_off: number('cut_off'),
    hours: ((file.facts.at(-1)?.at ?? 0) - file.scenario.start) / 3_600_000,
  };
}
