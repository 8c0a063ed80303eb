import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface Route {
  readonly name: 'health' | 'process' | 'list_requests' | 'read_request';
  /** The path's variable segment, which an HTTP API hands over decoded; empty where there is none. */
  readonly id: string;
}

interface Pattern {
  readonly name: Route['name'];
  readonly methods: readonly string[];
  readonly path: RegExp;
}

// Whoever sends the response leaves the body of one to HEAD out.
const READ = ['GET', 'HEAD'];

const PATTERNS: readonly Pattern[] = [
  { name: 'health', methods: READ, path: /^\/healthz$/ },
  // PATCH is what the vendor's own code samples send.
  { name: 'process', methods: ['POST', 'PATCH'], path: /^\/v3\/images\/([^/]+)\/process$/ },
  { name: 'list_requests', methods: READ, path: /^\/v3\/images\/([^/]+)\/requests$/ },
  { name: 'read_request', methods: READ, path: /^\/v3\/requests\/([^/]+)$/ },
];

/** For the response to a route that does not exist. */
export const KNOWN_ROUTES =
  'POST (or PATCH) /v3/images/{id}/process, GET /v3/images/{id}/requests, GET /v3/requests/{request_id} and GET /healthz';

export function routeOf({ rawPath, requestContext }: APIGatewayProxyEventV2): Route | undefined {
  const asked = plainPath(rawPath);
  for (const { name, methods, path } of PATTERNS) {
    const match = methods.includes(requestContext.http.method) ? path.exec(asked) : null;
    if (match !== null) return { name, id: match[1] ?? '' };
  }
  return undefined;
}

/** The webhook has a route and a function of its own, which API Gateway finds by its very path. */
export function isNearlyWebhook(path: string): boolean {
  return plainPath(path) === '/webhooks/autoenhance';
}

/**
 * Without what clients put in when they join a host and a path: the vendor's own page shows `//v3/images`. An HTTP API hands
 * over such a path as it came.
 */
export function plainPath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Whether a request asks for nothing that belongs to anyone. */
export function needsNoKey(event: APIGatewayProxyEventV2): boolean {
  const route = routeOf(event);
  return route === undefined || route.name === 'health';
}
