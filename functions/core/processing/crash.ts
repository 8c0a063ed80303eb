import type { LedgerItem } from '../ports.ts';
import type { Delivery } from './delivery.ts';

/** After this many crashes in a row a request is not begun again. */
export const MAX_CRASHES = 3;

/**
 * A message whose function crashed stays hidden for its visibility timeout, five minutes beyond the longest lease. A message
 * that comes sooner was returned by a running function that could not write to the ledger.
 */
const RETURNED_WITHIN_MS = 4 * 60 * 1000;
/** A slowed message is different: its function returns it for half an hour, and after a crash it comes sooner. */
const SLOWED_FROM_MS = 25 * 60 * 1000;

/** Identifies one delivery of a message; a claim stores it. */
export const deliveryId = ({
  messageId,
  receiveCount,
  isSlowed = false,
}: Pick<Delivery, 'messageId' | 'receiveCount' | 'isSlowed'>): string =>
  `${messageId}#${receiveCount}${isSlowed ? ' slowed' : ''}`;

/**
 * Whether the function that claimed a request crashed. Only the message's very next delivery can show it, by coming no sooner
 * than the visibility timeout. Before a later delivery, another function may have received the message and hidden it.
 */
export function isCrashOf({ leaseUntil, claimedBy }: LedgerItem, delivery: Delivery, now: number): boolean {
  const previous = { ...delivery, receiveCount: delivery.receiveCount - 1 };
  const lateMs = now - (leaseUntil ?? now);
  if (lateMs < RETURNED_WITHIN_MS) return false;
  if (claimedBy === deliveryId({ ...previous, isSlowed: true })) return lateMs < SLOWED_FROM_MS;
  return claimedBy === deliveryId({ ...previous, isSlowed: false });
}
