import type { Limits } from '../../ports.ts';

/** An order of Autoenhance's, as far as its images can be processed again. */
export interface Order {
  readonly orderId: string;
  /** For people; the order's own. */
  readonly name?: string;
  /** Brackets are being merged into images: until that is over, the order shows none. */
  readonly isMerging: boolean;
  readonly isDeleted: boolean;
  readonly images: readonly OrderImage[];
}

export interface OrderImage {
  /** Undefined where the record has no valid one. */
  readonly imageId: string | undefined;
  /** An open set: `waiting`, `processing`, `processed`, `error`, `expired` and what comes later. */
  readonly status?: string;
}

export interface Orders {
  /** @throws ProcessError; of an unknown order one with the status 404 */
  readOrder(orderId: string, limits: Limits): Promise<Order>;
}

/** Which images of an order are meant; without members, all of them. */
export interface OnlyImages {
  readonly status?: readonly string[];
  readonly imageIds?: readonly string[];
}

/** An image that is not processed again, and why. */
export interface LeftOutImage {
  /** Undefined where the record has no valid one. */
  readonly imageId: string | undefined;
  readonly reason: string;
}

/** Why an image in one of these states cannot be processed again. */
const UNUSABLE: Readonly<Record<string, string>> = {
  waiting: 'its file was never uploaded (status waiting)',
  expired: 'its file has expired at Autoenhance (status expired)',
};

export interface ChosenImages {
  /** In the order's own order, each once. */
  readonly imageIds: readonly string[];
  readonly leftOut: readonly LeftOutImage[];
}

/** The images that are meant and can be processed. What was not meant is not mentioned. */
export function chooseImages({ images }: Order, { status, imageIds }: OnlyImages): ChosenImages {
  const wantedIds = imageIds && new Set(imageIds);
  const meant = images.filter(
    (image) =>
      (status === undefined || status.includes(image.status ?? '')) &&
      (wantedIds === undefined || (image.imageId !== undefined && wantedIds.has(image.imageId))),
  );
  const chosen = new Set<string>();
  const leftOut: LeftOutImage[] = [];
  for (const { imageId, status: state = '' } of meant) {
    const reason = reasonOf(state);
    if (imageId === undefined) leftOut.push({ imageId, reason: 'its record has no valid image_id' });
    else if (reason !== undefined) leftOut.push({ imageId, reason });
    else chosen.add(imageId);
  }
  const known = new Set(images.map(({ imageId }) => imageId));
  const strangers = [...(wantedIds ?? [])].filter((id) => !known.has(id));
  const missing = strangers.map((imageId) => ({ imageId, reason: 'it is no image of this order' }));
  return { imageIds: [...chosen], leftOut: [...leftOut, ...missing] };
}

function reasonOf(status: string): string | undefined {
  return Object.hasOwn(UNUSABLE, status) ? UNUSABLE[status] : undefined;
}
