import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type FoundRoute, findRoute, type Pattern, READ } from '../lambda/paths.ts';

type Name = 'page' | 'asset' | 'sign_in' | 'read_session' | 'sign_out';

const SESSION = /^\/console\/session$/;

const PATTERNS: readonly Pattern<Name>[] = [
  { name: 'page', methods: READ, path: /^\/console(?:\/index\.html)?$/ },
  { name: 'asset', methods: READ, path: /^\/console\/(assets\/[^/]+)$/ },
  { name: 'sign_in', methods: ['POST'], path: SESSION },
  { name: 'read_session', methods: READ, path: SESSION },
  { name: 'sign_out', methods: ['DELETE'], path: SESSION },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES = 'GET /console/, and POST, GET and DELETE /console/session';

export function routeOf(
  event: Pick<APIGatewayProxyEventV2, 'rawPath' | 'requestContext'>,
): FoundRoute<Name> | undefined {
  return findRoute(PATTERNS, event);
}
