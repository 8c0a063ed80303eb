import type { Journal } from '../facts.ts';
import type { Chance } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

/** How long an enhancement takes. */
export type Pace = 'at_once' | 'usual' | 'late' | 'very_late' | 'never';

/** How the vendor carries out what it has started. */
export interface VendorPlan {
  readonly paces: Readonly<Record<Pace, number>>;
  /** So many of 1 enhancements fail. */
  readonly failShare: number;
  /** So many of 1 failures are for the account's daily limit, whatever is left of it: somebody else spends of it too. */
  readonly limitShare: number;
  /** So many of 1 records are of the enhancement before for a while. */
  readonly staleShare: number;
  /** Calls of the webhook that never come, that come twice, and that come late, of 1. */
  readonly webhook: { readonly lost: number; readonly twice: number; readonly late: number };
  /** Whether an image shows its end as older versions of the API do: without a status. */
  readonly isOld: boolean;
}

/** The call of the webhook, as its body. */
export interface Notification {
  readonly event: 'image_processed';
  readonly image_id: string;
  readonly error: boolean;
  readonly order_id: string;
  readonly order_is_processing: boolean;
}

export interface VendorImages {
  /** A call took effect. @param call its number. @param settings the image's from now on */
  begin(imageId: string, call: number, settings: Readonly<Record<string, unknown>>): void;
  /** What the image's record says just now. */
  recordOf(imageId: string): Readonly<Record<string, unknown>>;
  /** Whether it is still of the enhancement before. @param what an image, or an order: whether that is so of any of its images */
  isStale(what: string): boolean;
  /** Images of an order, of those that were ever enhanced. */
  imagesOf(orderId: string): readonly string[];
}

export interface VendorImagesParts {
  readonly plan: VendorPlan;
  readonly notify: (body: Notification) => void;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

/** Of an image that failed for the account's daily limit alone. */
export const LIMIT_REASON = 'Daily enhancement limit reached';

type End = { readonly status: 'processed' | 'error'; readonly reason: string | null };

interface Image {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The record of the enhancement before. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
  /** Counts enhancements: only the latest one's end is shown. */
  round: number;
  /** The end of the latest one; undefined while it is under way. */
  end: End | undefined;
  /** Epoch ms until which the record is still that of the one before, in the response to the call too. */
  staleUntil: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ORDERS = 3;
const LONGEST_STALE_MS = 4 * MINUTE;

/** What becomes of the images at Autoenhance after their calls, and whom it tells. */
export function createVendorImages(parts: VendorImagesParts): VendorImages {
  const { plan, notify, scheduler, journal, chance } = parts;
  const images = new Map<string, Image>();

  function lengthOf(pace: Pace): number {
    switch (pace) {
      case 'at_once':
        return chance.whole(1, 40);
      case 'usual':
        return chance.whole(5, 60) * SECOND;
      case 'late':
        return chance.whole(2, 90) * MINUTE;
      case 'very_late':
        return chance.whole(3, 30) * HOUR;
      case 'never':
        return Number.POSITIVE_INFINITY;
    }
  }

  function drawEnd(): End {
    if (!chance.yes(plan.failShare)) return { status: 'processed', reason: null };
    const reason = chance.yes(plan.limitShare) ? LIMIT_REASON : 'The image could not be read';
    return { status: 'error', reason };
  }

  function finish(imageId: string, call: number, round: number, end: End): void {
    const image = images.get(imageId);
    const isShown = image?.round === round;
    journal.note({ kind: 'enhanced', imageId, call, status: end.status, reason: end.reason ?? '', isShown });
    if (isShown && image !== undefined) image.end = end;
    callWebhook(imageId, end);
  }

  function callWebhook(imageId: string, { status }: End): void {
    const { lost, twice, late } = plan.webhook;
    if (chance.yes(lost)) return;
    const order = { order_id: orderOf(imageId), order_is_processing: false };
    const tell = () => notify({ event: 'image_processed', image_id: imageId, error: status === 'error', ...order });
    scheduler.after(chance.yes(late) ? chance.whole(1, 40) * MINUTE : chance.whole(10, 900), tell);
    if (chance.yes(twice)) scheduler.after(chance.whole(0, chance.of([5 * SECOND, 3 * HOUR])), tell);
  }

  function isStale(what: string): boolean {
    const now = scheduler.now();
    return [...images].some(([id, { staleUntil }]) => now < staleUntil && (id === what || orderOf(id) === what));
  }

  function endOf({ end }: Image) {
    if (plan.isOld) return { enhanced: end?.status === 'processed', error: end?.status === 'error' };
    return { status: end?.status ?? 'processing', status_reason: end?.reason ?? null };
  }

  return {
    isStale,
    begin(imageId, call, settings) {
      const before = images.get(imageId);
      const round = (before?.round ?? 0) + 1;
      const shown = before && { ...endOf(before), ...before.settings };
      const stays = before?.end !== undefined && chance.yes(plan.staleShare);
      const staleUntil = stays ? scheduler.now() + chance.whole(1, LONGEST_STALE_MS) : 0;
      images.set(imageId, { round, end: undefined, settings, before: shown, staleUntil });
      const ms = lengthOf(chance.weighted(plan.paces));
      const end = drawEnd();
      if (Number.isFinite(ms)) scheduler.after(ms, () => finish(imageId, call, round, end));
    },
    recordOf(imageId) {
      const image = images.get(imageId);
      const head = { image_id: imageId, order_id: orderOf(imageId) };
      if (isStale(imageId)) return { ...head, ...image?.before };
      return { ...head, ...(image === undefined ? { status: 'waiting' } : endOf(image)), ...image?.settings };
    },
    imagesOf: (orderId) => [...images.keys()].filter((imageId) => orderOf(imageId) === orderId),
  };
}

/** Every image is in one of three orders. */
function orderOf(imageId: string): string {
  return `order-${Number(imageId.replace(/\D/g, '')) % ORDERS}`;
}
