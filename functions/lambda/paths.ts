import type { APIGatewayProxyEventV2 } from 'aws-lambda';

// API Gateway removes the body from the response to HEAD.
export const READ = ['GET', 'HEAD'];

/** A route of a function, by its path and methods. */
export interface Pattern<Name extends string> {
  readonly name: Name;
  readonly methods: readonly string[];
  /** One group at the most, around the path's variable segment. */
  readonly path: RegExp;
}

export interface FoundRoute<Name extends string> {
  readonly name: Name;
  /** The path's variable segment, decoded by API Gateway; empty if the route has none. */
  readonly id: string;
}

export function findRoute<Name extends string>(
  patterns: readonly Pattern<Name>[],
  { rawPath, requestContext }: Pick<APIGatewayProxyEventV2, 'rawPath' | 'requestContext'>,
): FoundRoute<Name> | undefined {
  const asked = plainPath(rawPath);
  for (const { name, methods, path } of patterns) {
    const match = methods.includes(requestContext.http.method) ? path.exec(asked) : null;
    if (match !== null) return { name, id: match[1] ?? '' };
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
