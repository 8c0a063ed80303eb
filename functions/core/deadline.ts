import type { Clock, Limits } from './ports.ts';

/** Whether it is too late to begin. A frozen invocation may continue during the next one: it must do nothing more. */
export function isPastDeadline({ signal, deadline, startsUntil = deadline }: Limits, now: number): boolean {
  return signal.aborted || now >= startsUntil;
}

/** For work with a timeout of its own, which belongs to no single call. */
export const unlimited = (): Limits => ({ deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal });

/** Runs a part of an invocation with a timeout of its own, or with what is left of the invocation if that is less. */
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
