import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Session } from '../core/console/session.ts';
import type { Partner } from '../core/partner-keys.ts';
import { type HttpResponse, jsonResponse, problem } from './http.ts';
import { READ, type RouteOf } from './paths.ts';
import { sessionCookieOf } from './session-cookie.ts';

/** An HTTP API's event. Only {@link partnerAuthentication} sets `partner`. */
export type PartnerEvent = APIGatewayProxyEventV2 & { partner?: Partner };

export interface Authentication {
  /** The partner that a key belongs to. Takes the same time for every key. */
  readonly authenticate: (key: string) => Promise<Partner | undefined>;
  /** The console's sessions; undefined where the stage has no console. */
  readonly sessions: Sessions | undefined;
}

export interface Sessions {
  /** The session of a cookie. */
  readonly find: (text: string) => Promise<Session | undefined>;
  /** Whether whoever has a session may only look. */
  readonly isReadOnly: boolean;
}

export interface PartnerAuthenticationParts extends Authentication {
  readonly routeOf: RouteOf;
}

/**
 * Requires a partner's key in `x-api-key`, or the cookie of a session that was begun with one. Refuses a request like the Autoenhance
 * endpoint.
 */
export function partnerAuthentication(parts: PartnerAuthenticationParts): MiddlewareObj<PartnerEvent, HttpResponse> {
  const { authenticate, sessions, routeOf } = parts;

  async function bySession(event: PartnerEvent, cookie: string): Promise<HttpResponse | undefined> {
    const session = await sessions?.find(cookie);
    if (session === undefined) return SESSION_ENDED;
    if (!READ.includes(event.requestContext.http.method)) {
      if (!isOfConsole(event)) return NOT_OF_CONSOLE;
      if (sessions?.isReadOnly) return READ_ONLY;
    }
    event.partner = session.partner;
    return undefined;
  }

  return {
    async before({ event }) {
      delete event.partner;
      const route = routeOf(event);
      // What is no route at all shows nothing either.
      if (route === undefined || route.isOpen) return undefined;
      const key = event.headers['x-api-key'];
      const cookie = sessions && key === undefined ? sessionCookieOf(event) : undefined;
      if (cookie !== undefined) return bySession(event, cookie);
      const partner = await authenticate(key ?? '');
      if (partner === undefined) return REFUSED;
      event.partner = partner;
      return undefined;
    },
  };
}

/** A page of another origin cannot send this header: the browser would ask this service first whether it may (CORS). */
const CONSOLE_HEADER = 'x-reprocess-console';

/** Whether a change was made by the console's own page, and not by another one in the same browser. */
export function isOfConsole({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): boolean {
  return headers[CONSOLE_HEADER] === '1';
}

export const NOT_OF_CONSOLE = problem(
  403,
  `a change with the console's session must have the header ${CONSOLE_HEADER}: 1, which its page sends: use the page, or call with x-api-key`,
);

const READ_ONLY = problem(
  403,
  'this console only shows: changes are made with a key, by the command line or the HTTP API',
);

const REFUSED = jsonResponse(401, {
  message: 'Unauthorized',
  detail: 'x-api-key must be a valid key of this service',
});

const SESSION_ENDED = jsonResponse(401, {
  message: 'Unauthorized',
  detail: 'the session has ended, or its key was withdrawn: sign in again',
});
