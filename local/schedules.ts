import { setTimeout as sleep } from 'node:timers/promises';
import { type AsynchronousInvocation, invokeAsynchronously, RETRY_PAUSES_MS } from './asynchronous-invocation.ts';
import type { SchedulePlan } from './service-plan.ts';

export interface SchedulesParts extends AsynchronousInvocation {
  readonly schedules: readonly SchedulePlan[];
  /** Instead of the template's, in ms. */
  readonly everyMs?: number | undefined;
  /** Before each further attempt. */
  readonly pausesMs?: readonly number[];
}

export interface Schedules {
  /** Begins no more runs. Resolves when those under way have ended, or after so many ms. */
  stop(graceMs: number): Promise<void>;
}

/**
 * A stand-in for EventBridge's rules that run by the clock. While a run is under way, or about to be repeated, it begins no other;
 * AWS would run both.
 */
export function startSchedules(parts: SchedulesParts): Schedules {
  const { schedules, everyMs, pausesMs = RETRY_PAUSES_MS } = parts;
  const underWay = new Map<SchedulePlan, Promise<unknown>>();
  const stopping = new AbortController();
  const timers = schedules.map((schedule) => {
    const run = () => {
      if (underWay.has(schedule)) return;
      const by = { stop: stopping.signal, pausesMs };
      // Only a stop makes it reject.
      const ended = invokeAsynchronously(parts, schedule.functionName, EVENT, by).catch(() => {});
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
      stopping.abort();
      await Promise.race([Promise.all(underWay.values()), sleep(graceMs, undefined, { ref: false })]);
    },
  };
}

const EVENT = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
