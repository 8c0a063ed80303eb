import { DependencyUnavailable } from './errors.ts';
import type { Clock, Limits } from './ports.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Retries a step while its dependency is unavailable. For steps with a result that is stored nowhere else, such as an outcome.
 * @param until epoch ms after which it is not retried
 * @throws DependencyUnavailable from the last attempt
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
