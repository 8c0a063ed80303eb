import type { Clock, Limits } from './ports.ts';

/** Too late to begin. An invocation that was cut off may even wake up in the next one; it must do nothing more. */
export function isPastDeadline({ signal, deadline, startsUntil = deadline }: Limits, now: number): boolean {
  return signal.aborted || now >= startsUntil;
}

/** Does a part of an invocation under limits of its own: they end after so many ms, or with the invocation's if that is sooner. */
export async function withTimeout<T>(
  ms: number,
  clock: Clock,
  limits: Limits,
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const timeout = clock.timeout(ms);
  const deadline = Math.min(limits.deadline, clock.now() + ms);
  try {
    return await work({ ...limits, deadline, signal: AbortSignal.any([limits.signal, timeout.signal]) });
  } finally {
    timeout.clear();
  }
}
