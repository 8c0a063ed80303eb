/**
 * Runs work concurrently, except for suspects: work that may crash the function. Suspects run alone, one after the other, after
 * all work that is known by then, the least suspect first. A crash then affects the suspect alone.
 */
export interface CrashIsolation {
  /** Runs the work. `suspicion` above 0 makes it a suspect. No suspect begins until every suspicion is known. */
  run<T>(suspicion: () => Promise<number>, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly suspicion: number;
  readonly start: () => void;
}

/** For one invocation: work left over from an earlier one must not block the next. */
export function createCrashIsolation(): CrashIsolation {
  let deciding = 0;
  let running = 0;
  let isAlone = false;
  let suspects: Waiting[] = [];
  const others: Waiting[] = [];

  function proceed(): void {
    if (isAlone) return;
    for (const { start } of others.splice(0)) start();
    if (running > 0 || deciding > 0) return;
    const next = suspects.toSorted((one, other) => one.suspicion - other.suspicion)[0];
    if (next === undefined) return;
    suspects = suspects.filter((suspect) => suspect !== next);
    isAlone = true;
    next.start();
  }

  async function turn(suspicion: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = {
      suspicion,
      start: () => {
        running += 1;
        resolve();
      },
    };
    if (suspicion > 0) suspects.push(waiting);
    else others.push(waiting);
    deciding -= 1;
    proceed();
    return promise;
  }

  return {
    async run(suspicion, work) {
      deciding += 1;
      await turn(await suspicion().catch(() => 0));
      try {
        return await work();
      } finally {
        running -= 1;
        if (running === 0) isAlone = false;
        proceed();
      }
    },
  };
}
