import type { JsonObject } from '../../functions/core/json.ts';
import type { KeptImages } from './kept-images.ts';

/** An image's record as the endpoint answers it; snake_case, since it is the wire's own object. */
export type ImageRecord = JsonObject;

export interface NewImage {
  readonly id: string;
  /** What the image was last enhanced with, over the defaults of a new one. */
  readonly preferences?: JsonObject;
}

export interface Images {
  add(image: NewImage): void;
  has(id: string): boolean;
  /** The record as it stands now; undefined for an unknown image. */
  read(id: string): ImageRecord | undefined;
  /** Stores the preferences over those of before and begins an enhancement. */
  process(id: string, preferences: JsonObject): ImageRecord | undefined;
}

export interface StoredImage {
  readonly id: string;
  readonly addedAt: number;
  readonly preferences: JsonObject;
  /** Epoch ms at which the running enhancement ends, and how. */
  readonly endsAt: number;
  readonly end: 'processed' | 'error';
}

// The three that the vendor's page prints as defaults; the rest of a new image's record is null or empty.
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
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Images and their stored preferences, without time or HTTP of their own.
 * @param now epoch ms
 * @param processingMs from `processing` to `processed`
 * @param dailyLimit enhancements a UTC day; those above it are taken all the same and end in `error`, as the vendor says
 * @param kept has the images of an earlier sandbox, and is told of every change
 */
export function createImages({
  now,
  processingMs,
  dailyLimit,
  kept,
}: {
  readonly now: () => number;
  readonly processingMs: number;
  readonly dailyLimit: number;
  readonly kept: Pick<KeptImages, 'all' | 'put'>;
}): Images {
  const images = new Map(kept.all().map((image) => [image.id, image]));
  const enhancements = new Map<number, number>();

  const put = (image: StoredImage) => {
    images.set(image.id, image);
    kept.put(image);
  };
  const countToday = () => {
    const day = Math.floor(now() / DAY_MS);
    const count = (enhancements.get(day) ?? 0) + 1;
    enhancements.set(day, count);
    return count;
  };
  const read = (id: string) => {
    const image = images.get(id);
    return image && recordOf(image, now());
  };

  return {
    add({ id, preferences = {} }) {
      const stored = { ...UNSET, ...DEFAULTS, ...preferences };
      put({ id, addedAt: now(), preferences: stored, endsAt: now(), end: 'processed' });
    },
    has: (id) => images.has(id),
    read,
    process(id, preferences) {
      const image = images.get(id);
      if (image === undefined) return undefined;
      const end = countToday() > dailyLimit ? 'error' : 'processed';
      const stored = { ...image.preferences, ...preferences };
      put({ ...image, preferences: stored, endsAt: now() + processingMs, end });
      return read(id);
    },
  };
}

// The image's own facts stand last: a field of that name in a request does not change them.
function recordOf({ id, addedAt, preferences, endsAt, end }: StoredImage, now: number): ImageRecord {
  const status = now < endsAt ? 'processing' : end;
  const reason = status === 'error' ? 'Daily enhancement limit reached' : null;
  const facts = { image_id: id, date_added: addedAt, downloaded: false, status, status_reason: reason };
  return { ...preferences, ...facts };
}
