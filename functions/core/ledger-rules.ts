import type { LedgerItem } from './ports.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

/** A claim that was begun so often and never ended is not begun again: whoever begins it dies of it. */
export const MAX_OPEN_CLAIMS = 3;

/**
 * A message whose function died stays hidden for its visibility timeout, five minutes beyond the longest lease. One that comes
 * sooner was given back by a function that lives, which only could not say so in the ledger.
 */
export const GIVEN_BACK_WITHIN_MS = 4 * 60 * 1000;

/** How long the ledger remembers a request after its last change: as long as the queue keeps a message. */
export const LEDGER_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;

/** A request with what the ledger says of it, which is believed before what its message says. */
export function asAccepted({ notAfter: _, ...request }: ReprocessRequest, item: LedgerItem): ReprocessRequest {
  const { acceptedAt, partner, notAfter, traceparent } = item;
  const optional = {
    ...(partner !== undefined && { partner }),
    ...(notAfter !== undefined && { notAfter }),
    ...(traceparent !== undefined && { traceparent }),
  };
  return { ...request, acceptedAt, ...optional };
}
