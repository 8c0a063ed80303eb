/**
 * Lets work run side by side, but for suspects: those that may kill the function run alone, one after the other, when
 * everything else is done, the least suspect first. So a crash concerns the suspect alone.
 */
export interface CrashIsolation {
  /** Decides whether a piece of work is a suspect, then runs it. No suspect begins while a decision is open. */
  run<T>(suspicion: () => Promise<number>, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly suspicion: number;
  readonly start: () => void;
}

/** For one invocation: what an earlier one left behind must not hold up the next. */
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
