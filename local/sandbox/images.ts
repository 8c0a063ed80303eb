import type { JsonObject } from '../../functions/core/json.ts';
import type { KeptImages, StoredImage } from './kept-images.ts';

/** An image's record in the endpoint's responses, hence in snake_case. */
export type ImageRecord = JsonObject;

export interface NewImage {
  readonly id: string;
  /** The preferences of the last enhancement, over the defaults of a new image. */
  readonly preferences?: JsonObject;
}

export interface Images {
  add(image: NewImage): void;
  has(id: string): boolean;
  /** The current record; undefined for an unknown image. */
  read(id: string): ImageRecord | undefined;
  /** Merges the preferences into the stored ones and begins an enhancement. */
  process(id: string, preferences: JsonObject): ImageRecord | undefined;
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
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Images and their stored preferences, without clock or HTTP.
 * @param now epoch ms
 * @param processingMs from `processing` to `processed`
 * @param dailyLimit enhancements a UTC day; those beyond it are accepted and end in `error`, as the vendor documents
 * @param kept stores the images across restarts
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

// The image's own facts come last, so that fields of a request cannot change them.
function recordOf({ id, addedAt, preferences, endsAt, end }: StoredImage, now: number): ImageRecord {
  const status = now < endsAt ? 'processing' : end;
  const reason = status === 'error' ? 'Daily enhancement limit reached' : null;
  const facts = { image_id: id, date_added: addedAt, downloaded: false, status, status_reason: reason };
  return { ...preferences, ...facts };
}
