/** What is ended when its time is up, or its signal is aborted. */
export interface Watched {
  /** By {@link elapsedMs}. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  onLate(): void;
  onAbort(): void;
}

export interface Watch {
  add(watched: Watched): void;
  remove(watched: Watched): void;
}

/** Ms that no change of the clock moves. `performance` would be loaded for it first. */
export function elapsedMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

interface Partners {
  readonly calls: Set<Watched>;
  readonly abort: () => void;
}

/**
 * One timer for all that is under way, and one listener for each signal: nearly everything ends sooner, and a timer and a
 * listener of its own would cost a call a tenth of its CPU.
 */
export function createWatch(): Watch {
  const all = new Set<Watched>();
  const bySignal = new Map<AbortSignal, Partners>();
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;

  function arm(deadline: number): void {
    if (deadline >= due) return;
    clearTimeout(timer);
    due = deadline;
    // It keeps no process alive: what it watches does.
    timer = setTimeout(look, Math.max(1, deadline - elapsedMs())).unref();
  }

  function look(): void {
    due = Number.POSITIVE_INFINITY;
    const now = elapsedMs();
    for (const watched of all) if (watched.deadline <= now) watched.onLate();
    let next = Number.POSITIVE_INFINITY;
    for (const { deadline } of all) next = Math.min(next, deadline);
    arm(next);
  }

  /** Those under way with a signal, and the listener for all of them. */
  function partnersOf(signal: AbortSignal): Partners {
    const known = bySignal.get(signal);
    if (known !== undefined) return known;
    const calls = new Set<Watched>();
    const abort = () => {
      for (const watched of calls) watched.onAbort();
    };
    signal.addEventListener('abort', abort);
    const partners = { calls, abort };
    bySignal.set(signal, partners);
    return partners;
  }

  return {
    add(watched) {
      all.add(watched);
      arm(watched.deadline);
      if (watched.signal !== undefined) partnersOf(watched.signal).calls.add(watched);
    },
    remove(watched) {
      all.delete(watched);
      const { signal } = watched;
      const partners = signal && bySignal.get(signal);
      if (partners === undefined || !partners.calls.delete(watched) || partners.calls.size > 0) return;
      signal?.removeEventListener('abort', partners.abort);
      bySignal.delete(signal as AbortSignal);
    },
  };
}
