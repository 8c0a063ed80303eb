import type { JsonObject } from '../../functions/core/json.ts';
import type { DailyLimit } from './daily-limit.ts';
import type { KeptRecords, StoredImage } from './kept-records.ts';

/** An image's record in the endpoint's responses, hence in snake_case. */
export type ImageRecord = JsonObject;

export interface NewImage {
  readonly id: string;
  /** The preferences of the last enhancement, over the defaults of a new image. */
  readonly preferences?: JsonObject;
  /** `processed`, unless it was never uploaded or is expired. */
  readonly status?: 'processed' | 'waiting' | 'expired';
}

export interface Images {
  add(image: NewImage): void;
  has(id: string): boolean;
  /** The current record; undefined for an unknown image. */
  read(id: string): ImageRecord | undefined;
  /** The full size of its picture was taken, which costs. */
  buy(id: string): void;
  /** All records of an order's images. */
  ofOrder(id: string): readonly ImageRecord[];
  /**
   * Merges the preferences into the stored ones and begins an enhancement.
   * @param fails why it will end in `error`
   */
  process(id: string, preferences: JsonObject, fails?: string): ImageRecord | undefined;
}

// The three defaults on the vendor's page. The rest of a new image's record is null or empty.
const DEFAULTS = { enhance: true, lens_correction: true, vertical_correction: true };
const UNSET = {
  ai_version: 'stable',
  cloud_type: null,
  enhance_type: 'neutral',
  finetune_settings: null,
  image_name: '',
  metadata: {},
  order_id: null,
  privacy: null,
  rating: null,
  scene: null,
  sky_replacement: false,
  upscale: false,
  user_id: null,
  window_pull: null,
};

export interface ImagesParts {
  /** Epoch ms. */
  readonly now: () => number;
  /** From `processing` to the end. */
  readonly processingMs: number;
  /** An enhancement beyond the limit is accepted and ends in `error`, as the vendor documents. */
  readonly limit: Pick<DailyLimit, 'take'>;
  /** Stores the images across restarts. */
  readonly kept: KeptRecords<StoredImage>;
}

/** What comes of it is unpublished. */
const NOT_THERE = 'There is no image file';

/** Images and their stored preferences, without clock or HTTP. */
export function createImages({ now, processingMs, limit, kept }: ImagesParts): Images {
  const images = new Map<string, StoredImage>();
  const byOrder = new Map<unknown, Set<string>>();

  function keepInMind(image: StoredImage): void {
    const [before, order] = [images.get(image.id)?.preferences.order_id, image.preferences.order_id];
    images.set(image.id, image);
    if (before !== order) byOrder.get(before)?.delete(image.id);
    if (typeof order !== 'string') return;
    const ids = byOrder.get(order) ?? new Set();
    byOrder.set(order, ids.add(image.id));
  }
  const put = (image: StoredImage) => {
    keepInMind(image);
    kept.put(image);
  };
  const read = (id: string): ImageRecord | undefined => {
    const image = images.get(id);
    return image && recordOf(image, now());
  };
  for (const image of kept.all()) keepInMind(image);

  return {
    add({ id, preferences = {}, status = 'processed' }) {
      const stored = { ...UNSET, ...DEFAULTS, ...preferences };
      put({ id, addedAt: now(), preferences: stored, endsAt: now(), end: status, reason: null });
    },
    has: (id) => images.has(id),
    buy(id) {
      const image = images.get(id);
      if (image !== undefined) put({ ...image, isBought: true });
    },
    read,
    ofOrder: (id) => [...(byOrder.get(id) ?? [])].map(read).filter((record) => record !== undefined),
    process(id, preferences, fails) {
      const image = images.get(id);
      if (image === undefined) return undefined;
      const reason = limit.take() ?? fails ?? (isThere(image) ? null : NOT_THERE);
      const stored = { ...image.preferences, ...preferences };
      const end = reason === null ? 'processed' : 'error';
      put({ ...image, preferences: stored, endsAt: now() + processingMs, end, reason });
      return read(id);
    },
  };
}

function isThere({ end }: StoredImage): boolean {
  return end === 'processed' || end === 'error';
}

// The image's own facts come last, so that fields of a request cannot change them.
function recordOf(
  { id, addedAt, preferences, endsAt, end, reason, isBought = false }: StoredImage,
  now: number,
): ImageRecord {
  const status = now < endsAt ? 'processing' : end;
  const status_reason = status === 'error' ? reason : null;
  const facts = { image_id: id, date_added: addedAt, downloaded: isBought, status, status_reason };
  return { ...preferences, ...facts };
}
