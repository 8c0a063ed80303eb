import type { Order, OrderImage } from '../../core/batch/creating/order.ts';
import { isJsonObject, type JsonObject, jsonIfAny } from '../../core/json.ts';
import { parseImageId } from '../../core/request/image-id.ts';

/**
 * The records have dozens of members, and only these are needed. The others may change without breaking us.
 * @param orderId as it was asked for. Undefined when the text is no order.
 */
export function decodeOrder(text: string, orderId: string): Order | undefined {
  const value = jsonOf(text);
  if (!isJsonObject(value) || !Array.isArray(value.images) || !value.images.every(isJsonObject)) return undefined;
  const { name, is_merging: isMerging, is_deleted: isDeleted, images } = value;
  return {
    orderId,
    ...(typeof name === 'string' && { name }),
    isMerging: isMerging === true,
    isDeleted: isDeleted === true,
    images: images.map(
      ({ image_id: id, status }): OrderImage => ({
        imageId: parseImageId(id),
        ...(typeof status === 'string' && { status }),
      }),
    ),
  };
}

/** The whole records of an order's images by their ids, with every digit. Undefined when the text is no order. */
export function decodeOrderImages(text: string): ReadonlyMap<string, JsonObject> | undefined {
  const value = jsonIfAny(text);
  if (!isJsonObject(value) || !Array.isArray(value.images)) return undefined;
  const records = value.images.filter(isJsonObject);
  return new Map(
    records.flatMap((record): [string, JsonObject][] => {
      const imageId = parseImageId(record.image_id);
      return imageId === undefined ? [] : [[imageId, record]];
    }),
  );
}

// Where an order's images are only counted, no number is passed on: the parse that keeps every digit would cost seconds for 5,000 records.
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
