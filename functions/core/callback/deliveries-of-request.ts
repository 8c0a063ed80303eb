import { completionEventId } from '../completion/completion-event-id.ts';
import { outcomeEventId } from '../outcome/outcome.ts';
import type { Ledger, LedgerItem, Limits } from '../ports.ts';
import { type CallbackDelivery, messageIdOf } from './delivery.ts';
import type { DeliveryLog } from './ports.ts';

export interface DeliveriesOfRequestParts {
  readonly requests: Pick<Ledger, 'find'>;
  readonly deliveries: Pick<DeliveryLog, 'find'>;
}

/** What a partner was told of a request of its own, newest first. @throws DependencyUnavailable */
export type DeliveriesOfRequest = (
  partner: string,
  requestId: string,
  limits: Limits,
) => Promise<readonly CallbackDelivery[]>;

/** The log has no index of requests. The ids of a request's events say which of its items to read. */
export function createDeliveriesOfRequest({ requests, deliveries }: DeliveriesOfRequestParts): DeliveriesOfRequest {
  return async (partner, requestId, limits) => {
    const item = await requests.find(requestId, limits);
    if (item?.partner !== partner) return [];
    const ids = eventIdsOf(item).map((eventId) => messageIdOf(partner, eventId));
    const found = await Promise.all(ids.map((id) => deliveries.find(id, limits)));
    return found.filter((each) => each !== undefined).toSorted((one, other) => other.at - one.at);
  };
}

/** Of an end that was told and corrected, the item has the later alone. */
function eventIdsOf({ requestId, outcome, completion }: LedgerItem): readonly string[] {
  return [
    ...(outcome === undefined ? [] : [outcomeEventId(requestId, outcome)]),
    ...(completion === undefined ? [] : [completionEventId(requestId, completion)]),
  ];
}
