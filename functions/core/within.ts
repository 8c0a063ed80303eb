import type { Clock, Limits } from './ports.ts';

/** Does a part of an invocation under limits of its own: they end after so many ms, or with the invocation's if that is sooner. */
export async function within<T>(
  ms: number,
  clock: Clock,
  limits: Limits,
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const cut = new AbortController();
  const ended = new AbortController();
  const deadline = Math.min(limits.deadline, clock.now() + ms);
  void clock.sleep(ms, ended.signal).then(() => cut.abort());
  try {
    return await work({ deadline, signal: AbortSignal.any([limits.signal, cut.signal]) });
  } finally {
    ended.abort();
  }
}
