import * as z from 'zod/mini';
import type { Order } from '../../core/batch/order.ts';
import { parseImageId } from '../../core/request/image-id.ts';

// The records have dozens of members, and none is needed but these two. Everything else may change without us.
const orderSchema = z.object({
  order_id: z.optional(z.nullable(z.string())),
  name: z.optional(z.nullable(z.string())),
  is_merging: z.optional(z.nullable(z.boolean())),
  is_deleted: z.optional(z.nullable(z.boolean())),
  images: z.array(z.object({ image_id: z.unknown(), status: z.optional(z.nullable(z.string())) })),
});

/** @param orderId as it was asked for. Undefined when the text is no order. */
export function decodeOrder(text: string, orderId: string): Order | undefined {
  const parsed = orderSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { name, is_merging: isMerging, is_deleted: isDeleted, images } = parsed.data;
  return {
    orderId,
    ...(typeof name === 'string' && { name }),
    isMerging: isMerging === true,
    isDeleted: isDeleted === true,
    images: images.map(({ image_id: id, status }) => ({
      imageId: parseImageId(id),
      ...(typeof status === 'string' && { status }),
    })),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
