import { loggedError } from '../logged-error.ts';
import type { Clock, Limits, Logger } from '../ports.ts';
import type { PauseStore } from './ports.ts';

export interface ProbeParts {
  readonly pauses: Pick<PauseStore, 'claimProbe' | 'probeSent' | 'releaseProbe'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomId: () => string;
  readonly log: Logger;
}

/** Longer than an invocation of a worker. */
const CALL_MS = 2 * 60_000;
/** An image is finished within minutes. Without a completion by then, nothing speaks for the limit any more. */
const COMPLETION_MS = 15 * 60_000;

/** The one call after a pause for which there was evidence. */
export function createProbe({ pauses, clock, randomId, log }: ProbeParts) {
  // Another call probes when it is over, so a failure only delays that.
  const quietly = (write: Promise<void>) =>
    write.catch((error) => log.warn('the end of a probe could not be written', loggedError(error)));

  return {
    /** Undefined when another call probes. @throws DependencyUnavailable */
    async claim(imageId: string, pausedUntil: number, limits: Limits) {
      const id = randomId();
      const isMine = await pauses.claimProbe({ id, imageId, until: clock.now() + CALL_MS }, pausedUntil, limits);
      if (!isMine) return undefined;
      log.info('one call shows whether the daily limit is available again', { image_id: imageId });
      return {
        sent: (own: Limits) => quietly(pauses.probeSent(id, clock.now() + COMPLETION_MS, own)),
        release: (own: Limits) => quietly(pauses.releaseProbe(id, own)),
      };
    },
  };
}
