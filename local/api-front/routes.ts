import type { RoutePlan } from '../service-plan.ts';
import type { RouteMatch } from './event.ts';

/**
 * The route that an HTTP API picks for a request: one whose every segment matches before one with `{proxy+}`, the most
 * literal segments first, a method before `ANY`, and `$default` when no other is found.
 */
export function findRoute(routes: readonly RoutePlan[], method: string, path: string): RouteMatch | undefined {
  const matches = routes.flatMap((route) => match(route, method, path));
  return matches.toSorted((a, b) => b.rank - a.rank)[0];
}

function match({ routeKey, functionName }: RoutePlan, method: string, path: string): (RouteMatch & { rank: number })[] {
  if (routeKey === '$default') return [{ routeKey, functionName, rank: -1 }];
  const [routeMethod = '', pattern = ''] = routeKey.split(' ');
  if (routeMethod !== method && routeMethod !== 'ANY') return [];
  const parameters: Record<string, string> = {};
  const wanted = pattern.split('/');
  const given = path.split('/');
  const isGreedy = pattern.endsWith('+}');
  if (isGreedy ? given.length < wanted.length : given.length !== wanted.length) return [];
  let literals = 0;
  for (const [index, segment] of wanted.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(segment)?.[1];
    const isLast = index === wanted.length - 1;
    if (name !== undefined) parameters[name] = isGreedy && isLast ? given.slice(index).join('/') : (given[index] ?? '');
    else if (segment === given[index]) literals += 1;
    else return [];
  }
  const rank = (isGreedy ? 0 : 10_000) + literals * 10 + (routeMethod === 'ANY' ? 0 : 1);
  const hasParameters = Object.keys(parameters).length > 0;
  return [{ routeKey, functionName, rank, ...(hasParameters && { pathParameters: parameters }) }];
}
