import type { Timeout } from '../../functions/core/ports.ts';
import type { Runtime } from '../../functions/runtime.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Environment } from './lambda/environment.ts';

/** Time and chance as an environment has them: its own clock, and timers that stand still while it is frozen. */
export function createSurroundings(
  environment: Environment,
  { scheduler, chance }: { readonly scheduler: Scheduler; readonly chance: Chance },
): Pick<Runtime, 'clock' | 'random' | 'randomId' | 'invocation' | 'write'> {
  const own = chance.fork(environment.name);
  const four = () => own.whole(0, 0xffff).toString(16).padStart(4, '0');

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        cancel();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const cancel = scheduler.after(ms, () => environment.deliver(end));
      signal?.addEventListener('abort', end);
    });
  }

  function timeout(ms: number): Timeout {
    const cut = new AbortController();
    const clear = scheduler.after(ms, () => environment.deliver(() => cut.abort()));
    return { signal: cut.signal, clear };
  }

  return {
    // A clock shows whole ms.
    clock: { now: () => Math.floor(scheduler.now() + environment.skewMs), sleep, timeout },
    random: own.next,
    randomId: () => `${four()}${four()}-${four()}-${four()}-${four()}-${four()}${four()}${four()}`,
    invocation: {},
    write: () => {},
  };
}
