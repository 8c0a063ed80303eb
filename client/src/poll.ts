import type { Runtime } from './http/send.ts';
import { ReprocessError } from './reprocess-error.ts';
import type { Settings } from './settings.ts';

export interface PollOptions {
  readonly signal?: AbortSignal | undefined;
  /** For as long as this, in ms. */
  readonly timeoutMs?: number | undefined;
}

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/**
 * Reads a thing until it has ended, and gives each new state of it. It is read more rarely while nothing changes.
 * @throws ReprocessError `timed_out` when the time is over
 */
export type Poll = <Thing>(
  read: (options: PollOptions) => Promise<Thing>,
  hasEnded: (thing: Thing) => boolean,
  options?: PollOptions,
) => AsyncGenerator<Thing, void>;

export function createPoll({ now, random, sleep }: Runtime, settings: Pick<Settings, 'timeoutMs'>): Poll {
  return async function* poll(read, hasEnded, { signal, timeoutMs = Infinity } = {}) {
    const end = now() + timeoutMs;
    let last = '';
    for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_MS)) {
      const thing = await read({ signal, timeoutMs: Math.min(settings.timeoutMs, end - now()) });
      const text = JSON.stringify(thing);
      if (text !== last) {
        yield thing;
        waitMs = FIRST_MS;
      }
      if (hasEnded(thing)) return;
      last = text;
      const delayMs = waitMs * (0.75 + random() / 2);
      if (now() + delayMs >= end) {
        throw new ReprocessError({
          code: 'timed_out',
          detail: 'it had not ended in time: it goes on',
          mayHaveActed: false,
        });
      }
      await sleep(delayMs, signal);
    }
  };
}
