import { ProcessError } from '../../errors.ts';
import { byteLength, type JsonObject, parseJson } from '../../json.ts';
import { loggedError } from '../../logged-error.ts';
import type { Limits, Logger } from '../../ports.ts';
import type { CallPermits } from '../../processing/call-permits.ts';
import { MAX_RECORD_BYTES } from '../image-record.ts';
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

/** Reads records of images, as any call of the endpoint is made. */
export function createReadImage({ records, permits, log }: ReadImageParts) {
  // One after the other: an order comes with the records of all its images, and several large ones exceed the function's memory.
  let lastOrder: Promise<unknown> = Promise.resolve();

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

  async function imagesOf(orderId: string, images: Images, limits: Limits): Promise<ReadonlyMap<string, Seen>> {
    const called = await call({ order_id: orderId }, () => records.readOrderImages(orderId, limits), limits);
    if (called.kind !== 'value') return new Map();
    const wanted = [...called.value].filter(([imageId, record]) => images.has(imageId) && fits(record));
    return new Map(wanted.map(([imageId, record]) => [imageId, { kind: 'record', record }]));
  }

  return {
    async image(imageId: string, limits: Limits): Promise<Seen> {
      const called = await call({ image_id: imageId }, () => records.read(imageId, limits), limits);
      if (called.kind === 'failed' || called.kind === 'not_allowed') return { kind: called.kind };
      return { kind: 'record', record: called.kind === 'value' ? recordOf(called.value.response) : null };
    },

    /** Some images of an order. What is missing has to be read by itself. */
    order(orderId: string, images: Images, limits: Limits): Promise<ReadonlyMap<string, Seen>> {
      const read = lastOrder.then(() => imagesOf(orderId, images, limits));
      lastOrder = read.catch(() => undefined);
      return read;
    },
  };
}

/** By their ids. */
type Images = Pick<ReadonlyMap<string, unknown>, 'has'>;

function recordOf(response: string | null): JsonObject | null {
  return response === null || byteLength(response) > MAX_RECORD_BYTES ? null : (parseJson(response) as JsonObject);
}

const fits = (record: JsonObject) => byteLength(JSON.stringify(record)) <= MAX_RECORD_BYTES;
