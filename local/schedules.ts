import type { SchedulePlan } from './service-plan.ts';

export interface SchedulesParts {
  readonly schedules: readonly SchedulePlan[];
  /** Instead of the template's, in ms. */
  readonly everyMs?: number | undefined;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
}

/**
 * A stand-in for EventBridge's rules that run by the clock. A run that is still under way is not joined by another one, which in
 * AWS would come beside it. @returns what ends them
 */
export function startSchedules({ schedules, everyMs, invoke }: SchedulesParts): () => void {
  const timers = schedules.map((schedule) => {
    let isUnderWay = false;
    const run = async () => {
      if (isUnderWay) return;
      isUnderWay = true;
      // A run that fails has said so in the function's log; the next one comes by itself.
      await invoke(schedule.functionName, EVENT).catch(() => {});
      isUnderWay = false;
    };
    return setInterval(run, everyMs ?? schedule.everyMs);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

const EVENT = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
