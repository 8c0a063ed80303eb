import { isJsonObject, jsonIfAny } from '../../json.ts';
import type { DueRequest } from './ports.ts';

/** So many due images of one order are read with the order. */
const IMAGES_OF_ORDER = 3;

/** Due requests by image id. */
type ByImage = ReadonlyMap<string, readonly DueRequest[]>;

/** Images that are read together: those of an order, or one that is read by itself. */
export interface ReadTogether {
  readonly orderId?: string;
  readonly images: ByImage;
}

/** Which due images are read with one call. */
export function inOrders(due: readonly DueRequest[]): readonly ReadTogether[] {
  const byOrder = Map.groupBy(due, orderOf);
  return [...byOrder].flatMap(([orderId, requests]) => {
    const images = Map.groupBy(requests, ({ imageId }) => imageId);
    if (orderId !== undefined && images.size >= IMAGES_OF_ORDER) return [{ orderId, images }];
    return [...images].map((image) => ({ images: new Map([image]) }));
  });
}

/** The order that the endpoint named in its response to the call. */
function orderOf({ outcome }: DueRequest): string | undefined {
  if (outcome?.kind !== 'succeeded' || outcome.response === null) return undefined;
  const response = jsonIfAny(outcome.response);
  const orderId = isJsonObject(response) ? response.order_id : undefined;
  return typeof orderId === 'string' && orderId !== '' ? orderId : undefined;
}
