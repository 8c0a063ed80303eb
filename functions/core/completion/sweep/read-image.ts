import { ProcessError } from '../../errors.ts';
import { byteLength, type JsonObject, parseJson } from '../../json.ts';
import { loggedError } from '../../logged-error.ts';
import type { Limits, Logger } from '../../ports.ts';
import type { CallPermits } from '../../processing/call-permits.ts';
import type { ImageRecords, OrderRecords } from '../ports.ts';

export interface ReadImageParts {
  readonly records: ImageRecords & OrderRecords;
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

/** What a call came to: its value, or why there is none. */
type Called<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'failed' | 'refused' | 'not_allowed' };

/** As for the webhook: it fits one message with everything else, even if every character has to be escaped. */
const MAX_RECORD_BYTES = 256 * 1024;

/** Reads records of images, as any call of the endpoint is made. */
export function createReadImage({ records, permits, log }: ReadImageParts) {
  async function call<Value>(what: object, read: () => Promise<Value>, limits: Limits): Promise<Called<Value>> {
    const acquired = await permits.acquire(limits);
    if (acquired.kind === 'open') return { kind: 'not_allowed' };
    const { permit } = acquired;
    try {
      const value = await read();
      permit.complete();
      return { kind: 'value', value };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      permit.complete(error);
      log.warn('a look at the endpoint failed', { ...what, ...loggedError(error) });
      if (error.accountFault || error.code === 'call_not_started') return { kind: 'not_allowed' };
      return { kind: error.retryable ? 'failed' : 'refused' };
    } finally {
      permit.release();
    }
  }

  return {
    async image(imageId: string, limits: Limits): Promise<Seen> {
      const called = await call({ image_id: imageId }, () => records.read(imageId, limits), limits);
      if (called.kind === 'failed' || called.kind === 'not_allowed') return { kind: called.kind };
      return { kind: 'record', record: called.kind === 'value' ? recordOf(called.value.response) : null };
    },

    /** The images of an order. What is missing has to be read by itself. */
    async order(orderId: string, limits: Limits): Promise<ReadonlyMap<string, Seen>> {
      const called = await call({ order_id: orderId }, () => records.readOrderImages(orderId, limits), limits);
      if (called.kind !== 'value') return new Map();
      return new Map([...called.value].filter(fits).map(([imageId, record]) => [imageId, { kind: 'record', record }]));
    },
  };
}

function recordOf(response: string | null): JsonObject | null {
  return response === null || byteLength(response) > MAX_RECORD_BYTES ? null : (parseJson(response) as JsonObject);
}

const fits = ([, record]: readonly [string, JsonObject]) => byteLength(JSON.stringify(record)) <= MAX_RECORD_BYTES;
