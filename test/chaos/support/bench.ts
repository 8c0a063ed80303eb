import { createJournal, type Fact, type FactOf } from '../../../chaos/facts.ts';
import { createFaultSchedule, type Fault, type FaultWindow } from '../../../chaos/fault-schedule.ts';
import type { Mishap } from '../../../chaos/models/lambda/environment.ts';
import { createChance } from '../../../chaos/random.ts';
import { createScheduler } from '../../../chaos/scheduler.ts';

/** What a model stands on, with time that runs as far as a test lets it. */
export function createBench(faultWindows: readonly FaultWindow[] = []) {
  const scheduler = createScheduler(0);
  const journal = createJournal(scheduler.now);
  const chance = createChance('bench');
  const run = (until = 10 * 60_000) => scheduler.run(until);
  const factsOf = <Kind extends Fact['kind']>(kind: Kind) =>
    journal.facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  return { scheduler, journal, chance, faults: createFaultSchedule(faultWindows, chance.fork('faults')), run, factsOf };
}

/** A faultWindow in which every call of a part meets one fault. */
export function always(part: FaultWindow['part'], fault: Fault): readonly FaultWindow[] {
  return [{ part, from: 0, until: Number.POSITIVE_INFINITY, share: 1, faults: { [fault]: 1 } }];
}

export const dies = (kind: Mishap['kind'], step: number, ms = 0): Mishap => ({ kind, step, ms });
