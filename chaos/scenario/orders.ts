import type { Preferences } from '../../functions/core/request/preferences.ts';
import type { Chance } from '../random.ts';
import { OPERATOR, PARTNERS } from './submission.ts';

/** An image as its order shows it. */
export interface OrderedImage {
  /** null: the record has none. */
  readonly imageId: string | null;
  /** What became of its file before the run. */
  readonly file: 'uploaded' | 'never_uploaded' | 'expired';
}

/** An order at Autoenhance, and who has its images processed again. */
export interface OrderPlan {
  readonly ref: string;
  readonly orderId: string;
  /** What Autoenhance says of it. Until `mergesFor` is over, that it is merging. */
  readonly state: 'known' | 'unknown' | 'deleted';
  /** Ms after the start. */
  readonly mergesFor: number;
  readonly images: readonly OrderedImage[];
  /** Ms after the start at which the call is made for the first time. */
  readonly at: number;
  /** Of a partner or an operator. */
  readonly caller: string;
  readonly preferences: Preferences;
  readonly only?: { readonly status?: readonly string[]; readonly image_ids?: readonly string[] };
  readonly idempotencyKey?: string;
  /** Made once more, unchanged, so many ms after the first time. */
  readonly again: readonly number[];
  /** How often it is made at the most while no response says that it was taken. */
  readonly attempts: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MOST_IMAGES = 8;

export function planOrders(images: readonly [string, ...string[]], chance: Chance): readonly OrderPlan[] {
  return Array.from({ length: chance.whole(1, 3) }, (_, index) => planOrder(`o${index + 1}`, images, chance));
}

function planOrder(ref: string, images: readonly [string, ...string[]], chance: Chance): OrderPlan {
  const ordered = planImages(ref, images, chance);
  const at = chance.whole(0, 20 * MINUTE);
  return {
    ref,
    orderId: `order-of-${ref}`,
    state: chance.weighted({ known: 8, unknown: 1, deleted: 1 }),
    mergesFor: chance.yes(0.3) ? at + chance.whole(-MINUTE, 5 * MINUTE) : 0,
    images: ordered,
    at,
    caller: chance.yes(0.7) ? chance.of(PARTNERS).name : OPERATOR.name,
    preferences: { ref, enhance_type: chance.of(['warm', 'neutral']) },
    ...planOnly(ordered, chance),
    ...(chance.yes(0.5) && { idempotencyKey: `key-${ref}` }),
    again: chance.yes(0.5) ? [chance.whole(0, chance.of([3 * SECOND, 60 * MINUTE]))] : [],
    attempts: chance.whole(2, 12),
  };
}

function planImages(ref: string, images: readonly [string, ...string[]], chance: Chance): readonly OrderedImage[] {
  const chosen = chance.shuffled(images).slice(0, chance.whole(0, MOST_IMAGES));
  const ordered = chosen.map((imageId): OrderedImage => {
    return { imageId, file: chance.weighted({ uploaded: 6, never_uploaded: 2, expired: 1 }) };
  });
  const strange: OrderedImage[] = chance.yes(0.1) ? [{ imageId: null, file: 'uploaded' }] : [];
  // An image that is shown twice is one image.
  const twice = chance.yes(0.1) ? ordered.slice(0, 1) : [];
  const own: OrderedImage = { imageId: `image-of-${ref}`, file: 'uploaded' };
  return [...ordered, ...strange, ...twice, ...(chance.yes(0.5) ? [own] : [])];
}

function planOnly(images: readonly OrderedImage[], chance: Chance): Pick<OrderPlan, 'only'> {
  const status = chance.of([['processed'], ['processed', 'error'], ['waiting']]);
  const ids = images.flatMap(({ imageId }) => (imageId !== null && chance.yes(0.5) ? [imageId] : []));
  switch (chance.weighted({ all: 5, status: 2, ids: 2 })) {
    case 'all':
      return {};
    case 'status':
      return { only: { status } };
    case 'ids':
      return { only: { image_ids: [...ids, 'image-of-nobody'] } };
  }
}
