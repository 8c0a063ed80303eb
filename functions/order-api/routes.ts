import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type FoundRoute, findRoute, type Pattern } from '../lambda/paths.ts';

const PATTERNS: readonly Pattern<'reprocess'>[] = [
  { name: 'reprocess', methods: ['POST'], path: /^\/v3\/orders\/([^/]+)\/reprocess$/ },
];

export function routeOf(event: APIGatewayProxyEventV2): FoundRoute<'reprocess'> | undefined {
  return findRoute(PATTERNS, event);
}

/** Only what is no route at all. */
export function needsNoKey(event: APIGatewayProxyEventV2): boolean {
  return routeOf(event) === undefined;
}
