import type { Callback, CallbackTest } from '../../../client/src/contract.ts';
import { counted, timeText } from '../terminal/numbers.ts';
import { factsText } from '../terminal/table.ts';
import type { Stream } from '../terminal/text.ts';

/** A callback, for people. */
export function callbackText(callback: Callback, now: number, stream: Stream): string {
  const { partner, url, events, state, paused, failing_since, secrets, secret } = callback;
  return factsText(
    [
      ['partner', partner],
      ['url', url],
      ['events', events.join(', ')],
      ['state', state],
      ['paused', paused && `since ${timeText(paused.since, now)}: ${paused.detail}`],
      ['failing since', timeText(failing_since, now)],
      ['signed by', counted(secrets.length, 'secret')],
      ['secret', secret],
    ],
    stream,
  );
}

/** What came of a call of the receiver, for people. */
export function testText({ delivered, status, error, response, duration_ms }: CallbackTest): string {
  if (delivered) return `The receiver answered ${status} after ${duration_ms} ms.`;
  return `Not delivered: ${error}${response ? `: ${response}` : ''}`;
}
