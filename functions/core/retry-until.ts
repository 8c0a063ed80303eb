import { DependencyUnavailable } from './errors.ts';
import type { Clock, Limits } from './ports.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Repeats a step that must not be given up lightly (the outcome is known and nowhere else) while its dependency is away.
 * @param until epoch ms after which it is given up
 * @throws DependencyUnavailable the last one, when the time is over or the signal aborts
 */
export async function retryUntil<T>(step: () => Promise<T>, until: number, clock: Clock, limits: Limits): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await step();
    } catch (error) {
      const timeIsOver = limits.signal.aborted || clock.now() + pause >= until;
      if (timeIsOver || !(error instanceof DependencyUnavailable)) throw error;
      await clock.sleep(pause, limits.signal);
    }
  }
}
