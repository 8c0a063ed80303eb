import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AS_BEFORE, type FoundRoute, findRoute, PAGING, type Pattern, READ } from '../lambda/paths.ts';

type Name = 'create' | 'list' | 'read' | 'lines' | 'results' | 'retry' | 'pause' | 'resume' | 'cancel';

const POST = ['POST'];
const IN_ROWS = 'put api_version and not_after into each request, or beside image_ids';

const PATTERNS: readonly Pattern<Name>[] = [
  {
    name: 'create',
    methods: POST,
    path: /^\/v3\/batches$/,
    query: ['dry_run', 'name'],
    takesBody: true,
    instead: IN_ROWS,
  },
  { name: 'list', methods: READ, path: /^\/v3\/batches$/, query: ['state', 'partner', ...PAGING] },
  { name: 'read', methods: READ, path: /^\/v3\/batches\/([^/]+)$/ },
  { name: 'lines', methods: READ, path: /^\/v3\/batches\/([^/]+)\/requests$/, query: ['state', 'code', ...PAGING] },
  { name: 'results', methods: READ, path: /^\/v3\/batches\/([^/]+)\/results$/ },
  { name: 'retry', methods: POST, path: /^\/v3\/batches\/([^/]+)\/retry$/, instead: AS_BEFORE },
  { name: 'pause', methods: POST, path: /^\/v3\/batches\/([^/]+)\/pause$/ },
  { name: 'resume', methods: POST, path: /^\/v3\/batches\/([^/]+)\/resume$/ },
  { name: 'cancel', methods: POST, path: /^\/v3\/batches\/([^/]+)\/cancel$/ },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'POST and GET /v3/batches, GET /v3/batches/{batch_id}, its /requests and /results, and POST to its /retry, /pause, /resume and /cancel';

export function routeOf(event: APIGatewayProxyEventV2): FoundRoute<Name> | undefined {
  return findRoute(PATTERNS, event);
}
