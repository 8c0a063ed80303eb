import { withTimeout } from '../deadline.ts';
import { ProcessError } from '../errors.ts';
import { byteLength, type JsonObject, parseJson } from '../json.ts';
import { loggedError } from '../logged-error.ts';
import type { Clock, Limits, Logger } from '../ports.ts';
import type { ImageRecords } from './ports.ts';

/** What a step found out, or what is missing because it could not. */
export type Learnt<Value> = { readonly value: Value } | { readonly warning: string };

/** Autoenhance waits for our response, and nobody knows for how long: each step that only adds to an event is cut off then. */
const STEP_MS = 2000;
// Together with the body and the request's preferences it fits one message, even if each character has to be escaped there.
const MAX_RECORD_BYTES = 256 * 1024;

const NO_RECORD = "the endpoint's record of the image is missing here";
const NO_LEDGER = 'which request the image was finished for is not known, since the ledger could not be used';

/** Steps that add to an event what the webhook does not say. None rejects: the event goes out without it. */
export function createLookUp({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
  async function take<Value>(
    limits: Limits,
    step: (limits: Limits) => Promise<Value>,
    warningFor: (error: unknown) => string,
  ): Promise<Learnt<Value>> {
    try {
      return { value: await withTimeout(STEP_MS, clock, limits, step) };
    } catch (error) {
      const warning = warningFor(error);
      log.warn(warning, loggedError(error));
      return { warning };
    }
  }

  return {
    /** The endpoint's own record of an image. */
    async record(records: ImageRecords, imageId: string, limits: Limits): Promise<Learnt<JsonObject>> {
      const read = await take(limits, (left) => records.read(imageId, left), whyNoRecord);
      if ('warning' in read) return read;
      const { response, warnings } = read.value;
      if (response === null) return { warning: warnings.join('; ') };
      if (byteLength(response) > MAX_RECORD_BYTES) return { warning: `${NO_RECORD}: it is too long` };
      return { value: parseJson(response) as JsonObject };
    },
    /** What a step of the ledger's comes to. */
    ledger: <Value>(limits: Limits, step: (limits: Limits) => Promise<Value>): Promise<Learnt<Value>> =>
      take(limits, step, () => NO_LEDGER),
  };
}

function whyNoRecord(error: unknown): string {
  if (!(error instanceof ProcessError)) return NO_RECORD;
  const { refusal, code } = error;
  return `${NO_RECORD}: ${refusal === undefined ? code : `the endpoint answered ${refusal.status}`}`;
}
