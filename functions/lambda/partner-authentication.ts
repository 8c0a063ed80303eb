import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Partner } from '../core/partner-keys.ts';
import { type HttpResponse, jsonResponse } from './http.ts';

/** An HTTP API's event. Only {@link partnerAuthentication} sets `partner`. */
export type PartnerEvent = APIGatewayProxyEventV2 & { partner?: Partner };

export interface PartnerAuthenticationParts {
  /** The partner that a key belongs to. Takes the same time for every key. */
  readonly authenticate: (key: string) => Promise<Partner | undefined>;
  /** Whether a request needs no key. */
  readonly isOpen: (event: APIGatewayProxyEventV2) => boolean;
}

/** Requires a partner's key in `x-api-key`. Refuses a request like the Autoenhance endpoint. */
export function partnerAuthentication(parts: PartnerAuthenticationParts): MiddlewareObj<PartnerEvent, HttpResponse> {
  return {
    async before({ event }) {
      delete event.partner;
      if (parts.isOpen(event)) return undefined;
      const partner = await parts.authenticate(event.headers['x-api-key'] ?? '');
      if (partner === undefined) return REFUSED;
      event.partner = partner;
      return undefined;
    },
  };
}

const REFUSED = jsonResponse(401, {
  message: 'Unauthorized',
  detail: 'x-api-key must be a valid key of this service',
});
