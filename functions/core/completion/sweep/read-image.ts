import { ProcessError } from '../../errors.ts';
import { byteLength, type JsonObject, parseJson } from '../../json.ts';
import { loggedError } from '../../logged-error.ts';
import type { Limits, Logger } from '../../ports.ts';
import type { CallPermits } from '../../processing/call-permits.ts';
import type { ImageRecords } from '../ports.ts';

export interface ReadImageParts {
  readonly records: ImageRecords;
  readonly permits: Pick<CallPermits, 'acquire'>;
  readonly log: Logger;
}

/** What a look at an image saw. */
export type Seen =
  /** null: there is no such image any more, or its record cannot be used. */
  | { readonly kind: 'record'; readonly record: JsonObject | null }
  /** The endpoint said nothing. */
  | { readonly kind: 'failed' }
  /** No call may be made now, to no image. */
  | { readonly kind: 'not_allowed' };

/** As for the webhook: it fits one message with everything else, even if every character has to be escaped. */
const MAX_RECORD_BYTES = 256 * 1024;

/** Reads an image's record, as any call of the endpoint is made. */
export function createReadImage({ records, permits, log }: ReadImageParts) {
  return async (imageId: string, limits: Limits): Promise<Seen> => {
    const acquired = await permits.acquire(limits);
    if (acquired.kind === 'open') return { kind: 'not_allowed' };
    const { permit } = acquired;
    try {
      const { response } = await records.read(imageId, limits);
      permit.complete();
      return { kind: 'record', record: recordOf(response) };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      permit.complete(error);
      return failureOf(error, imageId, log);
    } finally {
      permit.release();
    }
  };
}

function recordOf(response: string | null): JsonObject | null {
  return response === null || byteLength(response) > MAX_RECORD_BYTES ? null : (parseJson(response) as JsonObject);
}

function failureOf(error: ProcessError, imageId: string, log: Logger): Seen {
  log.warn("an image's record could not be read", { image_id: imageId, ...loggedError(error) });
  if (error.accountFault || error.code === 'call_not_started') return { kind: 'not_allowed' };
  return error.retryable ? { kind: 'failed' } : { kind: 'record', record: null };
}
