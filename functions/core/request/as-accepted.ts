import type { LedgerItem } from '../ports.ts';
import type { ReprocessRequest } from './reprocess-request.ts';

/** The request with the facts that the ledger has. They take precedence over those in the message. */
export function asAccepted({ notAfter: _, ...request }: ReprocessRequest, item: LedgerItem): ReprocessRequest {
  const { acceptedAt, partner, notAfter, traceparent, batch } = item;
  const optional = {
    ...(partner !== undefined && { partner }),
    ...(notAfter !== undefined && { notAfter }),
    ...(batch !== undefined && { batch }),
    ...(traceparent !== undefined && { traceparent }),
  };
  return { ...request, acceptedAt, ...optional };
}
