import { withTimeout } from '../deadline.ts';
import { ProcessError } from '../errors.ts';
import { byteLength, type JsonObject, parseJson } from '../json.ts';
import { loggedError } from '../logged-error.ts';
import type { Clock, Limits, Logger } from '../ports.ts';
import { MAX_RECORD_BYTES, NO_RECORD } from './image-record.ts';
import type { ImageRecords } from './ports.ts';

/** What a step found, or a warning about what is missing. */
export type LookUpResult<Value> = { readonly value: Value } | { readonly warning: string };

/** Autoenhance waits for our response for an unknown time, so optional steps are short. */
const STEP_MS = 2000;

const NO_LEDGER = 'the request that the image was finished for is not known: the ledger could not be used';

/** Optional steps that add facts to an event. None rejects: without its facts, the event is still published. */
export function createLookUp({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
  async function runStep<Value>(
    limits: Limits,
    step: (limits: Limits) => Promise<Value>,
    warningFor: (error: unknown) => string,
  ): Promise<LookUpResult<Value>> {
    try {
      return { value: await withTimeout(STEP_MS, clock, limits, step) };
    } catch (error) {
      const warning = warningFor(error);
      log.warn(warning, loggedError(error));
      return { warning };
    }
  }

  return {
    /** Reads the endpoint's record of an image. */
    async record(records: ImageRecords, imageId: string, limits: Limits): Promise<LookUpResult<JsonObject>> {
      const read = await runStep(limits, (left) => records.read(imageId, left), whyNoRecord);
      if ('warning' in read) return read;
      const { response, warnings } = read.value;
      if (response === null) return { warning: warnings.join('; ') };
      if (byteLength(response) > MAX_RECORD_BYTES) return { warning: `${NO_RECORD}: it is too long` };
      return { value: parseJson(response) as JsonObject };
    },
    /** Runs a step that uses the ledger. */
    ledger: <Value>(limits: Limits, step: (limits: Limits) => Promise<Value>): Promise<LookUpResult<Value>> =>
      runStep(limits, step, () => NO_LEDGER),
  };
}

function whyNoRecord(error: unknown): string {
  if (!(error instanceof ProcessError)) return NO_RECORD;
  const { refusal, code } = error;
  return `${NO_RECORD}: ${refusal === undefined ? code : `the endpoint answered ${refusal.status}`}`;
}
