import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ConsoleFiles } from '../core/console/console-file.ts';
import { SESSION_MS, type Session } from '../core/console/session.ts';
import type { SignInLimit } from '../core/console/sign-in.ts';
import { matchesEtag } from '../core/etag.ts';
import type { Clock, Limits, Logger } from '../core/ports.ts';
import { createHttpHandler, type HttpResponse, unknownRouteResponse } from '../lambda/http.ts';
import { isOfConsole, NOT_OF_CONSOLE, type Sessions } from '../lambda/partner-authentication.ts';
import { sessionCookie, sessionCookieOf } from '../lambda/session-cookie.ts';
import { parseSignIn } from './event.ts';
import {
  fileResponse,
  noSessionResponse,
  sessionResponse,
  signedOutResponse,
  tooManyResponse,
  unknownFileResponse,
  wrongKeyResponse,
} from './responses.ts';
import { KNOWN_ROUTES, routeOf } from './routes.ts';

export interface ConsoleParts {
  readonly files: ConsoleFiles;
  readonly sessions: Sessions & {
    /** A new session and its text; undefined for a key that nobody has. */
    readonly begin: (key: string) => Promise<{ readonly session: Session; readonly text: string } | undefined>;
  };
  readonly limitSignIns: SignInLimit;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Serves the console's page, and begins and ends its sessions. What the page shows and does comes from the HTTP API. */
export function createConsoleHandler({ files, sessions, limitSignIns, log, clock }: ConsoleParts) {
  async function route(event: APIGatewayProxyEventV2, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const found = routeOf(event);
    switch (found?.name) {
      case 'page':
        return serve('index.html', event);
      case 'asset':
        return serve(found.id, event);
      case 'read_session':
        return readSession(event);
      case 'sign_in':
        return isOfConsole(event) ? signIn(event, limits) : NOT_OF_CONSOLE;
      case 'sign_out':
        return isOfConsole(event) ? signedOutResponse(sessionCookie(event, '', 0)) : NOT_OF_CONSOLE;
      case undefined:
        return unknownRouteResponse(method, path, KNOWN_ROUTES);
    }
  }

  function serve(name: string, { headers }: APIGatewayProxyEventV2): HttpResponse {
    const file = files.get(name);
    if (file === undefined) return unknownFileResponse();
    return fileResponse(file, {
      isAsset: name !== 'index.html',
      isKnown: matchesEtag(headers['if-none-match'], file.etag),
      takesGzip: /\bgzip\b/.test(headers['accept-encoding'] ?? ''),
    });
  }

  async function signIn(event: APIGatewayProxyEventV2, limits: Limits): Promise<HttpResponse> {
    const { sourceIp } = event.requestContext.http;
    const begun = await sessions.begin(parseSignIn(event));
    const retryAfter = await limitSignIns(sourceIp, begun === undefined, limits);
    if (begun === undefined || retryAfter > 0) log.warn('a sign-in was refused', { address: sourceIp });
    if (retryAfter > 0) return tooManyResponse(retryAfter);
    if (begun === undefined) return wrongKeyResponse();
    log.info('a session began', { partner: begun.session.partner.name });
    const cookie = sessionCookie(event, begun.text, SESSION_MS / 1000);
    return sessionResponse(begun.session, sessions.isReadOnly, [cookie]);
  }

  async function readSession(event: APIGatewayProxyEventV2): Promise<HttpResponse> {
    const cookie = sessionCookieOf(event);
    const session = cookie === undefined ? undefined : await sessions.find(cookie);
    return session === undefined ? noSessionResponse() : sessionResponse(session, sessions.isReadOnly);
  }

  return createHttpHandler(clock, route);
}
