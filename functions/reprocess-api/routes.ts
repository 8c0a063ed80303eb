import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AS_BEFORE, type FoundRoute, findRoute, PAGING, type Pattern, READ } from '../lambda/paths.ts';

type Name =
  | 'health'
  | 'process'
  | 'list_image'
  | 'list_requests'
  | 'read_request'
  | 'retry_request'
  | 'read_budget'
  | 'read_health'
  | 'pause'
  | 'resume';

export type Route = FoundRoute<Name>;

const PATTERNS: readonly Pattern<Name>[] = [
  { name: 'health', methods: READ, path: /^\/healthz$/, isOpen: true },
  // PATCH is what the vendor's own code samples send.
  { name: 'process', methods: ['POST', 'PATCH'], path: /^\/v3\/images\/([^/]+)\/process$/, takesBody: true },
  { name: 'list_image', methods: READ, path: /^\/v3\/images\/([^/]+)\/requests$/, query: PAGING },
  {
    name: 'list_requests',
    methods: READ,
    path: /^\/v3\/requests$/,
    query: ['state', 'code', 'source', 'image', 'since', 'partner', ...PAGING],
  },
  { name: 'read_request', methods: READ, path: /^\/v3\/requests\/([^/]+)$/ },
  { name: 'retry_request', methods: ['POST'], path: /^\/v3\/requests\/([^/]+)\/retry$/, instead: AS_BEFORE },
  { name: 'read_budget', methods: READ, path: /^\/v3\/budget$/ },
  { name: 'read_health', methods: READ, path: /^\/v3\/health$/ },
  { name: 'pause', methods: ['PUT'], path: /^\/v3\/pause$/, takesBody: true },
  { name: 'resume', methods: ['DELETE'], path: /^\/v3\/pause$/ },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'POST (or PATCH) /v3/images/{id}/process, GET /v3/images/{id}, its /requests and /preview, GET /v3/requests, GET /v3/requests/{request_id}, POST /v3/requests/{request_id}/retry, /v3/batches, POST /v3/orders/{order_id}/reprocess, /v3/callback, GET /v3/partners, GET /v3/budget, GET /v3/health, PUT and DELETE /v3/pause, and GET /healthz';

export function routeOf(event: APIGatewayProxyEventV2): Route | undefined {
  return findRoute(PATTERNS, event);
}
