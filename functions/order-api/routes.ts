import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type FoundRoute, findRoute, type Pattern, READ } from '../lambda/paths.ts';

type Name = 'reprocess' | 'read_image' | 'preview';

const BY_BATCH =
  'leave it out, or hand the images over by POST /v3/batches, with api_version and not_after beside image_ids';

const PATTERNS: readonly Pattern<Name>[] = [
  {
    name: 'reprocess',
    methods: ['POST'],
    path: /^\/v3\/orders\/([^/]+)\/reprocess$/,
    query: ['dry_run', 'name'],
    takesBody: true,
    instead: BY_BATCH,
  },
  { name: 'read_image', methods: READ, path: /^\/v3\/images\/([^/]+)$/ },
  { name: 'preview', methods: READ, path: /^\/v3\/images\/([^/]+)\/preview$/, query: ['of', 'v'] },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'POST /v3/orders/{order_id}/reprocess, GET /v3/images/{id}, and GET /v3/images/{id}/preview';

export function routeOf(event: APIGatewayProxyEventV2): FoundRoute<Name> | undefined {
  return findRoute(PATTERNS, event);
}
