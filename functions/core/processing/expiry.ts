import { failure } from '../outcome/failure.ts';
import type { OutcomeError } from '../outcome/outcome.ts';
import type { ReprocessRequest } from '../request/reprocess-request.ts';
import type { Delivery } from './delivery.ts';

/**
 * The failure of a request that is too late to send: its `not_after` has passed, or its queue is about to drop it.
 * @param lifetimeMs how long it may be in its queue
 */
export function expiryOf(
  { notAfter }: Pick<ReprocessRequest, 'notAfter'>,
  { sentAt }: Pick<Delivery, 'sentAt'>,
  lifetimeMs: number,
  now: number,
): OutcomeError | undefined {
  if (notAfter !== undefined && notAfter < now) return UNWANTED;
  return sentAt + lifetimeMs < now ? TOO_OLD : undefined;
}

/** Ms until it is too late to send a request. */
export function expiresIn(
  { notAfter = Number.POSITIVE_INFINITY }: Pick<ReprocessRequest, 'notAfter'>,
  { sentAt }: Pick<Delivery, 'sentAt'>,
  lifetimeMs: number,
  now: number,
): number {
  return Math.max(0, Math.min(notAfter, sentAt + lifetimeMs) + 1 - now);
}

const UNWANTED = failure('expired', 'not_after passed before the request could be sent or retried');
const TOO_OLD = failure(
  'expired',
  'the request could not be sent or retried for nearly as long as its queue keeps it: send a new request if it is still wanted',
);
