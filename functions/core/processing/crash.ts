import type { LedgerItem } from '../ports.ts';
import type { Delivery } from './delivery.ts';

/** A request whose function crashed so often in a row is not begun again: it would crash the next one too. */
export const MAX_CRASHES = 3;

/**
 * A message whose function crashed stays hidden for its visibility timeout, five minutes beyond the longest lease. One that comes
 * sooner was given back by a function that lives, which only could not say so in the ledger.
 */
const GIVEN_BACK_WITHIN_MS = 4 * 60 * 1000;
/** But for a slowed one: that is given back for half an hour, and a crash shows it sooner. */
const SLOWED_FROM_MS = 25 * 60 * 1000;

/** One delivery of a message, as a claim remembers it. */
export const deliveryId = ({
  messageId,
  receiveCount,
  isSlowed = false,
}: Pick<Delivery, 'messageId' | 'receiveCount' | 'isSlowed'>): string =>
  `${messageId}#${receiveCount}${isSlowed ? ' slowed' : ''}`;

/**
 * Whether the function that claimed a request crashed, as its message's very next delivery can tell: it comes no sooner than
 * the visibility timeout allows. A later delivery cannot: a function that lived may have had one in between, and hidden it.
 */
export function isCrashOf({ leaseUntil, claimedBy }: LedgerItem, delivery: Delivery, now: number): boolean {
  const previous = { ...delivery, receiveCount: delivery.receiveCount - 1 };
  const lateMs = now - (leaseUntil ?? now);
  if (lateMs < GIVEN_BACK_WITHIN_MS) return false;
  if (claimedBy === deliveryId({ ...previous, isSlowed: true })) return lateMs < SLOWED_FROM_MS;
  return claimedBy === deliveryId({ ...previous, isSlowed: false });
}
