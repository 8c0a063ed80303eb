import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface Route {
  readonly name: 'health' | 'process' | 'list_requests' | 'read_request' | 'read_budget' | 'pause' | 'resume';
  /** The path's variable segment, decoded by API Gateway; empty if the route has none. */
  readonly id: string;
}

interface Pattern {
  readonly name: Route['name'];
  readonly methods: readonly string[];
  readonly path: RegExp;
}

// API Gateway removes the body from the response to HEAD.
const READ = ['GET', 'HEAD'];

const PATTERNS: readonly Pattern[] = [
  { name: 'health', methods: READ, path: /^\/healthz$/ },
  // PATCH is what the vendor's own code samples send.
  { name: 'process', methods: ['POST', 'PATCH'], path: /^\/v3\/images\/([^/]+)\/process$/ },
  { name: 'list_requests', methods: READ, path: /^\/v3\/images\/([^/]+)\/requests$/ },
  { name: 'read_request', methods: READ, path: /^\/v3\/requests\/([^/]+)$/ },
  { name: 'read_budget', methods: READ, path: /^\/v3\/budget$/ },
  { name: 'pause', methods: ['PUT'], path: /^\/v3\/pause$/ },
  { name: 'resume', methods: ['DELETE'], path: /^\/v3\/pause$/ },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'POST (or PATCH) /v3/images/{id}/process, GET /v3/images/{id}/requests, GET /v3/requests/{request_id}, GET /v3/budget, PUT and DELETE /v3/pause, and GET /healthz';

export function routeOf({ rawPath, requestContext }: APIGatewayProxyEventV2): Route | undefined {
  const asked = plainPath(rawPath);
  for (const { name, methods, path } of PATTERNS) {
    const match = methods.includes(requestContext.http.method) ? path.exec(asked) : null;
    if (match !== null) return { name, id: match[1] ?? '' };
  }
  return undefined;
}

/** The webhook has its own route and function. API Gateway requires its exact path. */
export function isNearlyWebhook(path: string): boolean {
  return plainPath(path) === '/webhooks/autoenhance';
}

/**
 * Removes extra slashes, which clients add when they join a host and a path: the vendor's own page shows `//v3/images`. API
 * Gateway does not normalize paths.
 */
export function plainPath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Whether a route shows nothing that belongs to a partner. */
export function needsNoKey(event: APIGatewayProxyEventV2): boolean {
  const route = routeOf(event);
  return route === undefined || route.name === 'health';
}
