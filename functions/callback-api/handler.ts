import { isSet, type SetCallback } from '../core/callback/callback.ts';
import type { Receivers } from '../core/callback/callback-url.ts';
import type { DeliveriesOfRequest } from '../core/callback/deliveries-of-request.ts';
import { MESSAGE_ID } from '../core/callback/delivery.ts';
import type { ListPartners } from '../core/callback/list-partners.ts';
import type { ManageCallback } from '../core/callback/manage-callback.ts';
import type { CallbackStore, DeliveryLog, DeliveryPage } from '../core/callback/ports.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { forOperators } from '../lambda/for-operators.ts';
import { createHttpHandler, type HttpResponse, unknownRouteResponse } from '../lambda/http.ts';
import { parsePage } from '../lambda/page.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { parseCallback, partnerOf, requestIdOf } from './event.ts';
import {
  callbackResponse,
  deliveriesResponse,
  deliveryResponse,
  noCallbackResponse,
  partnersResponse,
  removedResponse,
  rotateResponse,
  setResponse,
  testResponse,
  unknownDeliveryResponse,
  unknownPartnerResponse,
} from './responses.ts';
import { KNOWN_ROUTES, routeOf } from './routes.ts';

export interface CallbackApiParts {
  readonly manage: ManageCallback;
  readonly listPartners: ListPartners;
  /** Everybody who has a key. */
  readonly partners: () => Promise<readonly Partner[]>;
  readonly callbacks: Pick<CallbackStore, 'find' | 'remove'>;
  readonly deliveries: Pick<DeliveryLog, 'find' | 'list'>;
  readonly deliveriesOfRequest: DeliveriesOfRequest;
  readonly receivers: Receivers;
  readonly clock: Clock;
}

/** The HTTP API for a partner's callback, and for an operator's look at all of them. */
export function createCallbackApiHandler(parts: CallbackApiParts) {
  const { manage, listPartners, partners, callbacks, deliveries, deliveriesOfRequest, receivers, clock } = parts;

  async function route(event: PartnerEvent, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const { partner: caller } = event;
    const found = routeOf(event);
    if (found === undefined || caller === undefined) return unknownRouteResponse(method, path, KNOWN_ROUTES);
    if (found.name === 'partners') {
      return forOperators(caller, 'see the partners', async () => partnersResponse(await listPartners(limits)));
    }
    const partner = partnerOf(event, caller);
    if (!(await mayBeMeant(partner, found.name, limits))) return unknownPartnerResponse(partner);
    switch (found.name) {
      case 'set':
        return setResponse(await manage.set(partner, parseCallback(event, receivers), limits), clock.now());
      case 'remove':
        await callbacks.remove(partner, undefined, limits);
        return removedResponse();
      case 'deliveries':
        return deliveriesResponse(await pageOf(partner, event, limits));
      default: {
        const callback = await callbacks.find(partner, limits);
        if (!isSet(callback)) return noCallbackResponse();
        return ofCallback(found.name, callback, found.id, limits);
      }
    }
  }

  /** Of a partner that has no key any more, a callback that still stands can be read and removed. */
  async function mayBeMeant(partner: string, route: string, limits: Limits): Promise<boolean> {
    if ((await partners()).some(({ name }) => name === partner)) return true;
    return ['read', 'deliveries', 'remove'].includes(route) && isSet(await callbacks.find(partner, limits));
  }

  async function pageOf(partner: string, event: PartnerEvent, limits: Limits): Promise<DeliveryPage> {
    const requestId = requestIdOf(event);
    if (requestId === undefined) return deliveries.list(partner, parsePage(event), limits);
    return { deliveries: await deliveriesOfRequest(partner, requestId, limits) };
  }

  async function ofCallback(
    name: 'read' | 'test' | 'rotate' | 'resend',
    callback: SetCallback,
    id: string,
    limits: Limits,
  ): Promise<HttpResponse> {
    switch (name) {
      case 'read':
        return callbackResponse(callback, clock.now());
      case 'test':
        return testResponse(await manage.test(callback, limits));
      case 'rotate':
        return rotateResponse(await manage.rotate(callback, limits), clock.now());
      case 'resend':
        return resend(callback, id, limits);
    }
  }

  /** Another partner's delivery is as one that does not exist. */
  async function resend(callback: SetCallback, id: string, limits: Limits): Promise<HttpResponse> {
    const delivery = MESSAGE_ID.test(id) ? await deliveries.find(id, limits) : undefined;
    if (delivery?.partner !== callback.partner) return unknownDeliveryResponse();
    return deliveryResponse(await manage.resend(callback, delivery, limits));
  }

  return createHttpHandler(clock, route);
}

/** Completes the sentence for a caller when a part of AWS is unavailable. */
export const retryAdvice = (): string => ': make the same call again';
