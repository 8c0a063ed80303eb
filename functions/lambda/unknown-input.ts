import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { resembled } from '../core/request/field-suggestions.ts';
import { shown } from '../core/request/preferences.ts';
import { type HttpResponse, problem } from './http.ts';
import type { PartnerEvent } from './partner-authentication.ts';
import type { FoundRoute } from './paths.ts';

type RouteOf = (event: APIGatewayProxyEventV2) => FoundRoute<string> | undefined;

/**
 * Refuses what a route would ignore: with `?dryRun=true` ignored, a caller who wants to try a batch would send it. Probes of
 * `/healthz`, which has no partner, may send what they like.
 */
export function unknownInput(routeOf: RouteOf): MiddlewareObj<PartnerEvent, HttpResponse> {
  return {
    before({ event }) {
      const route = event.partner && routeOf(event);
      const detail = route && unknownParameter(event, route);
      return detail === undefined ? undefined : problem(400, `${detail}; nothing was done`);
    },
  };
}

function unknownParameter({ queryStringParameters }: PartnerEvent, { query = [] }: FoundRoute<string>) {
  const unknown = Object.keys(queryStringParameters ?? {}).filter((name) => !query.includes(name));
  if (unknown.length === 0) return undefined;
  const got = shown(unknown.join(', '));
  if (query.length === 0) return `this route takes no query parameters, got ${got}: leave them out`;
  const meant = unknown.flatMap((name) => resembled(name, query) ?? []);
  const advice = meant.length > 0 ? `did you mean ${meant.join(', ')}?` : 'leave out what it does not know';
  return `this route takes the query parameters ${query.join(', ')}, got ${got}: ${advice}`;
}
