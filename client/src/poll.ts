import type { Runtime } from './http/send.ts';
import { ReprocessError } from './reprocess-error.ts';
import type { Settings } from './settings.ts';

export interface PollOptions {
  readonly signal?: AbortSignal | undefined;
  /** For as long as this, in ms. */
  readonly timeoutMs?: number | undefined;
}

/** `timeoutMs`: for each read with all of its retries, in ms. */
export type PollRuntime = Omit<Runtime, 'fetch'> & Pick<Settings, 'timeoutMs'>;

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/**
 * Reads a thing until it has ended, and gives each new state of it. It is read more rarely while nothing changes.
 * @throws ReprocessError `timed_out` when the time is over
 */
export async function* poll<Thing>(
  { now, random, sleep, timeoutMs: longestMs }: PollRuntime,
  read: (options: PollOptions) => Promise<Thing>,
  hasEnded: (thing: Thing) => boolean,
  { signal, timeoutMs = Infinity }: PollOptions = {},
): AsyncGenerator<Thing, void> {
  const end = now() + timeoutMs;
  let last = '';
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_MS)) {
    const thing = await read({ signal, timeoutMs: Math.min(longestMs, end - now()) });
    const text = JSON.stringify(thing);
    if (text !== last) {
      yield thing;
      waitMs = FIRST_MS;
    }
    if (hasEnded(thing)) return;
    last = text;
    const delayMs = waitMs * (0.75 + random() / 2);
    if (now() + delayMs >= end) {
      throw new ReprocessError({ code: 'timed_out', detail: 'it had not ended in time: it goes on' });
    }
    await sleep(delayMs, signal);
  }
}
