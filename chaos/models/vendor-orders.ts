import type { Journal } from '../facts.ts';
import type { OrderedImage, OrderPlan } from '../scenario/orders.ts';
import type { Scheduler } from '../scheduler.ts';

type ImageRecord = Readonly<Record<string, unknown>>;

/** Orders at Autoenhance that somebody has processed again. */
export interface VendorOrders {
  /**
   * What it says of one of them: its record, or null of one that it does not know; undefined of all others.
   * @param recordOf what it says of an image of which a call took effect
   */
  read(orderId: string, recordOf: (imageId: string) => ImageRecord | undefined): ImageRecord | null | undefined;
}

export interface VendorOrdersParts {
  readonly plans: readonly OrderPlan[];
  /** Epoch ms from which the plans count. */
  readonly start: number;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
}

export function createVendorOrders({ plans, start, scheduler, journal }: VendorOrdersParts): VendorOrders {
  const orders = new Map(plans.map((plan) => [plan.orderId, plan]));

  return {
    read(orderId, recordOf) {
      const order = orders.get(orderId);
      if (order === undefined) return undefined;
      const isMerging = scheduler.now() < start + order.mergesFor;
      const shown = isMerging ? [] : order.images.map((image) => recordIn(image, recordOf));
      const images = shown.map(({ image_id: imageId, status }) => ({ imageId, status }));
      const state = order.state === 'known' && isMerging ? 'merging' : order.state;
      journal.note({ kind: 'order_shown', orderId, state, images });
      if (state === 'unknown') return null;
      return {
        order_id: orderId,
        name: orderId,
        is_merging: isMerging,
        is_deleted: state === 'deleted',
        images: shown,
      };
    },
  };
}

function recordIn(
  { imageId, file }: OrderedImage,
  recordOf: (imageId: string) => ImageRecord | undefined,
): ImageRecord & { readonly image_id: string | null; readonly status?: string } {
  const begun = imageId === null ? undefined : recordOf(imageId);
  const untouched = file === 'uploaded' ? 'processed' : 'waiting';
  const status = file === 'expired' ? 'expired' : begun === undefined ? untouched : begun.status;
  return { ...begun, image_id: imageId, ...(typeof status === 'string' && { status }) };
}
