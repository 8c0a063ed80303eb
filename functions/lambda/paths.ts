import type { APIGatewayProxyEventV2 } from 'aws-lambda';

// API Gateway removes the body from the response to HEAD.
export const READ = ['GET', 'HEAD'];
/** The parameters of a list (page.ts). */
export const PAGING = ['limit', 'cursor'];
/** In place of what a retry refuses. */
export const AS_BEFORE =
  'leave it out, since a retry has the preferences, the api_version and the not_after of what failed';

/** A route of a function, by its path and methods. */
export interface Pattern<Name extends string> {
  readonly name: Name;
  readonly methods: readonly string[];
  /** One group at the most, around the path's variable segment. */
  readonly path: RegExp;
  /** The parameters of the query that it knows. */
  readonly query?: readonly string[];
  readonly takesBody?: true;
  /** It shows nothing of a partner: a call needs no key. */
  readonly isOpen?: true;
  /** Of a route that sends requests: what to do in place of a header or a body that it refuses (unknown-input.ts). */
  readonly instead?: string;
}

export interface FoundRoute<Name extends string> extends Pattern<Name> {
  /** The path's variable segment, decoded by API Gateway; empty if the route has none. */
  readonly id: string;
}

export type RouteOf = (event: APIGatewayProxyEventV2) => FoundRoute<string> | undefined;

export function findRoute<Name extends string>(
  patterns: readonly Pattern<Name>[],
  { rawPath, requestContext }: Pick<APIGatewayProxyEventV2, 'rawPath' | 'requestContext'>,
): FoundRoute<Name> | undefined {
  const asked = plainPath(rawPath);
  for (const pattern of patterns) {
    const match = pattern.methods.includes(requestContext.http.method) ? pattern.path.exec(asked) : null;
    if (match !== null) return { ...pattern, id: match[1] ?? '' };
  }
  return undefined;
}

/**
 * Removes extra slashes, which clients add when they join a host and a path: the vendor's own page shows `//v3/images`. API
 * Gateway does not normalize paths.
 */
export function plainPath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}
