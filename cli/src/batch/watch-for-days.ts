import type { Batch } from '../../../client/src/contract.ts';
import type { Client } from '../../../client/src/create-client.ts';
import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import type { Context } from '../context.ts';
import { reportOf } from '../error-report.ts';
import { EXIT } from '../exit-code.ts';

interface WatchOptions {
  readonly timeoutMs?: number | undefined;
  /** Called when the service cannot be reached for now. */
  onLost(): void;
}

const AGAIN_MS = 10_000;

/** Each change of a batch. Once it was read, the network may go and come back. @throws ReprocessError */
export async function* watchForDays(
  { signal, now, sleep }: Context,
  client: Client,
  id: string,
  { timeoutMs = Infinity, onLost }: WatchOptions,
): AsyncGenerator<Batch, void> {
  const end = now() + timeoutMs;
  for (let wasRead = false; ; ) {
    try {
      for await (const batch of client.batches.watch(id, { signal, timeoutMs: end - now() })) {
        wasRead = true;
        yield batch;
      }
      return;
    } catch (error) {
      if (hasTimedOut(error) || reportOf(error)?.exit !== EXIT.notReached) throw error;
      if (!wasRead && !isPastEnd(end, now())) throw error;
    }
    if (now() + AGAIN_MS >= end) throw timedOut();
    onLost();
    await sleep(AGAIN_MS);
  }
}

function timedOut(): ReprocessError {
  const detail = 'the service could not be reached again in time';
  return new ReprocessError({ code: 'timed_out', detail, mayHaveActed: false });
}

/** Whether the time that was given for watching is over; a call that took too long has a cause. */
export function hasTimedOut(error: unknown): boolean {
  return error instanceof ReprocessError && error.code === 'timed_out' && !error.status && !error.cause;
}

/** Whether a read was cut off because the time that was given is over: at `end`, and by a timer that may fire a millisecond early. */
export function isPastEnd(end: number, now: number): boolean {
  return now + 1 >= end;
}
