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
  const { signal, release } = firstOf([limits.signal, timeout.signal]);
  try {
    return await work({ ...limits, deadline, signal });
  } finally {
    timeout.clear();
    release();
  }
}

// Like `AbortSignal.any`, which costs more: whoever reads `aborted` makes it look at every source, and it holds weak references.
function firstOf(sources: readonly AbortSignal[]) {
  const controller = new AbortController();
  const end = () => controller.abort(sources.find(({ aborted }) => aborted)?.reason);
  for (const source of sources) source.addEventListener('abort', end);
  if (sources.some(({ aborted }) => aborted)) end();
  const release = () => {
    for (const source of sources) source.removeEventListener('abort', end);
  };
  return { signal: controller.signal, release };
}
