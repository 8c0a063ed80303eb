import type { MiddlewareObj } from '@middy/core';
import { resembled } from '../core/request/field-suggestions.ts';
import { shown } from '../core/request/preferences.ts';
import { bytesOf, type HttpResponse, problem } from './http.ts';
import type { PartnerEvent } from './partner-authentication.ts';
import type { FoundRoute, RouteOf } from './paths.ts';

/**
 * Refuses what a route would ignore: with `?dryRun=true` ignored, a caller who wants to try a batch would send it. Probes of
 * `/healthz`, which has no partner, may send what they like.
 */
export function unknownInput(routeOf: RouteOf): MiddlewareObj<PartnerEvent, HttpResponse> {
  return {
    before({ event }) {
      const route = event.partner && routeOf(event);
      const detail = route && (unknownParameter(event, route) ?? strayHeader(event, route) ?? strayBody(event, route));
      return detail === undefined ? undefined : problem(400, `nothing was done: ${detail}`);
    },
  };
}

function unknownParameter({ queryStringParameters }: PartnerEvent, { query = [] }: FoundRoute<string>) {
  const unknown = Object.keys(queryStringParameters ?? {}).filter((name) => !query.includes(name));
  if (unknown.length === 0) return undefined;
  const received = shown(unknown.join(', '));
  if (query.length === 0) return `this route takes no query parameters, got ${received}: leave them out`;
  const meant = unknown.flatMap((name) => resembled(name, query) ?? []);
  const advice = meant.length > 0 ? `did you mean ${meant.join(', ')}?` : 'leave out what it does not know';
  return `this route takes the query parameters ${query.join(', ')}, got ${received}: ${advice}`;
}

/** What a single request may have, and no set of them. */
const REQUEST_HEADERS = ['x-api-version', 'reprocess-not-after'];

function strayHeader({ headers }: PartnerEvent, { instead: advice }: FoundRoute<string>) {
  const name = REQUEST_HEADERS.find((each) => headers[each] !== undefined);
  if (advice === undefined || name === undefined) return undefined;
  return `this route takes no header ${name}, got ${shown(headers[name])}: ${advice}`;
}

const NO_BODY = /^(\{\s*\})?$/;

function strayBody(event: PartnerEvent, { methods, takesBody, instead: advice = 'leave it out' }: FoundRoute<string>) {
  if (takesBody || methods.includes('GET')) return undefined;
  const text = bytesOf(event).toString();
  return NO_BODY.test(text.trim()) ? undefined : `this route takes no body, got ${shown(text)}: ${advice}`;
}
