import type { LedgerItem } from '../ports.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

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
