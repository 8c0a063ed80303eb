import type { Scheduler } from '../scheduler.ts';

export interface ScheduleParts {
  readonly scheduler: Scheduler;
  /**
   * Epoch ms from which a run has something to do; undefined while it has nothing. What would find nothing is left out: a run
   * of a day has 1,440 minutes.
   */
  readonly dueAt: () => number | undefined;
  readonly run: () => void;
}

export interface Schedule {
  /** To be called whenever there may be something to do. */
  ring(): void;
}

const MINUTE_MS = 60_000;

/** EventBridge's schedule of each minute. */
export function createSchedule({ scheduler, dueAt, run }: ScheduleParts): Schedule {
  let planned = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  function tick(): void {
    planned = Number.POSITIVE_INFINITY;
    run();
    ring();
  }

  function ring(): void {
    const due = dueAt();
    if (due === undefined) return;
    const now = scheduler.now();
    // Not the minute that has just begun.
    const at = (Math.floor(Math.max(due - 1, now) / MINUTE_MS) + 1) * MINUTE_MS;
    if (at >= planned) return;
    cancel();
    planned = at;
    cancel = scheduler.after(at - now, tick);
  }

  return { ring };
}
