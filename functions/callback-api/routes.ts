import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type FoundRoute, findRoute, PAGING, type Pattern, READ } from '../lambda/paths.ts';

type Name = 'set' | 'read' | 'remove' | 'test' | 'rotate' | 'deliveries' | 'resend' | 'partners';

const POST = ['POST'];
/** Whose callback is meant. */
const query = ['partner'];

const PATTERNS: readonly Pattern<Name>[] = [
  { name: 'set', methods: ['PUT'], path: /^\/v3\/callback$/, query, takesBody: true },
  { name: 'read', methods: READ, path: /^\/v3\/callback$/, query },
  { name: 'remove', methods: ['DELETE'], path: /^\/v3\/callback$/, query },
  { name: 'test', methods: POST, path: /^\/v3\/callback\/test$/, query },
  { name: 'rotate', methods: POST, path: /^\/v3\/callback\/rotate$/, query },
  {
    name: 'deliveries',
    methods: READ,
    path: /^\/v3\/callback\/deliveries$/,
    query: [...query, 'request_id', ...PAGING],
  },
  { name: 'resend', methods: POST, path: /^\/v3\/callback\/deliveries\/([^/]+)\/resend$/, query },
  { name: 'partners', methods: READ, path: /^\/v3\/partners$/ },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'PUT, GET and DELETE /v3/callback, POST /v3/callback/test and /v3/callback/rotate, GET /v3/callback/deliveries, POST /v3/callback/deliveries/{id}/resend, and GET /v3/partners';

export function routeOf(event: APIGatewayProxyEventV2): FoundRoute<Name> | undefined {
  return findRoute(PATTERNS, event);
}
