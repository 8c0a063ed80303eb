import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { ImageRecord, Images } from './images.ts';
import type { KeptRecords, StoredOrder } from './kept-records.ts';

/** The most images that one order may have here. */
const MAX_IMAGES = 5000;

const count = z.int().check(z.gte(0), z.lte(MAX_IMAGES));

/** An order to add, with images of its own. */
export const newOrderSchema = z.strictObject({
  /** A new one, unless given. */
  id: z.optional(z.string().check(z.minLength(1))),
  name: z.optional(z.string()),
  /** How many images it has, or their ids. */
  images: z.union([count, z.array(z.string().check(z.minLength(1))).check(z.maxLength(MAX_IMAGES))]),
  /** So many of them, the first ones, were never uploaded. */
  waiting: z.optional(count),
  /** So many of them, the last ones, are expired. */
  expired: z.optional(count),
  /** For so long its brackets are merged, and it shows no images. */
  mergingSeconds: z.optional(z.number().check(z.gte(0))),
  /** Of its images. */
  preferences: z.optional(z.record(z.string(), z.unknown())),
});
export type NewOrder = z.output<typeof newOrderSchema>;

export interface Orders {
  add(order: NewOrder): { readonly order_id: string; readonly image_ids: readonly string[] };
  /** An order's record, with all its images; undefined for an unknown one. */
  read(id: string): ImageRecord | undefined;
  /** Newest first. */
  list(offset: number, count: number): { readonly orders: readonly ImageRecord[]; readonly nextOffset: number | null };
  isProcessing(id: string): boolean;
}

export interface OrdersParts {
  readonly images: Images;
  /** Epoch ms. */
  readonly now: () => number;
  readonly kept: KeptRecords<StoredOrder>;
}

export function createOrders({ images, now, kept }: OrdersParts): Orders {
  const orders = new Map(kept.all().map((order) => [order.id, order]));

  function imagesOf({ id, mergesUntil }: StoredOrder): readonly ImageRecord[] {
    return now() < mergesUntil ? [] : images.ofOrder(id);
  }

  function recordOf(order: StoredOrder): ImageRecord {
    const records = imagesOf(order);
    const status = statusOf(records);
    return {
      order_id: order.id,
      name: order.name,
      status,
      is_processing: status === 'processing',
      is_merging: now() < order.mergesUntil,
      is_deleted: false,
      total_images: records.length,
      created_at: timeText(order.createdAt),
      last_updated_at: timeText(order.createdAt),
      images: records,
    };
  }

  return {
    add({
      id = randomUUID(),
      name = 'order',
      preferences = {},
      mergingSeconds = 0,
      waiting = 0,
      expired = 0,
      ...rest
    }) {
      const imageIds =
        typeof rest.images === 'number' ? Array.from({ length: rest.images }, () => randomUUID()) : rest.images;
      const createdAt = now();
      const order = { id, name, createdAt, mergesUntil: createdAt + mergingSeconds * 1000 };
      orders.set(id, order);
      kept.put(order);
      imageIds.forEach((imageId, index) => {
        const status = index < waiting ? 'waiting' : index >= imageIds.length - expired ? 'expired' : 'processed';
        images.add({ id: imageId, status, preferences: { ...preferences, order_id: id } });
      });
      return { order_id: id, image_ids: imageIds };
    },
    read(id) {
      const order = orders.get(id);
      return order && recordOf(order);
    },
    list(offset, most) {
      const newest = [...orders.values()].reverse();
      const page = newest.slice(offset, offset + most);
      const next = offset + page.length;
      return { orders: page.map(recordOf), nextOffset: next < newest.length ? next : null };
    },
    isProcessing: (id) => images.ofOrder(id).some(({ status }) => status === 'processing'),
  };
}

function statusOf(images: readonly ImageRecord[]): string {
  const has = (status: string) => images.some((image) => image.status === status);
  if (has('processing')) return 'processing';
  if (has('error')) return 'error';
  return has('processed') ? 'processed' : 'waiting';
}

/** As the vendor writes times of orders: in microseconds, without a zone. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000');
}
