import { setTimeout as sleep } from 'node:timers/promises';
import type { SchedulePlan } from './service-plan.ts';

export interface SchedulesParts {
  readonly schedules: readonly SchedulePlan[];
  /** Instead of the template's, in ms. */
  readonly everyMs?: number | undefined;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
}

export interface Schedules {
  /** Begins no more runs. Resolves when those under way have ended, or after so many ms. */
  stop(graceMs: number): Promise<void>;
}

/**
 * A stand-in for EventBridge's rules that run by the clock. A run that is still under way is not joined by another one, which in
 * AWS would come beside it.
 */
export function startSchedules({ schedules, everyMs, invoke }: SchedulesParts): Schedules {
  const underWay = new Map<SchedulePlan, Promise<unknown>>();
  const timers = schedules.map((schedule) => {
    const run = () => {
      if (underWay.has(schedule)) return;
      // A run that fails has said so in the function's log; the next one comes by itself.
      const ended = invoke(schedule.functionName, EVENT).catch(() => {});
      underWay.set(
        schedule,
        ended.finally(() => underWay.delete(schedule)),
      );
    };
    return setInterval(run, everyMs ?? schedule.everyMs);
  });

  return {
    async stop(graceMs) {
      for (const timer of timers) clearInterval(timer);
      await Promise.race([Promise.all(underWay.values()), sleep(graceMs, undefined, { ref: false })]);
    },
  };
}

const EVENT = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
