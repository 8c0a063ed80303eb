import { describe, expect, it } from 'vitest';
import * as batches from '../../../functions/batch-api/routes.ts';
import * as callbacks from '../../../functions/callback-api/routes.ts';
import * as consoles from '../../../functions/console/routes.ts';
import { partnerAuthentication } from '../../../functions/lambda/partner-authentication.ts';
import * as orders from '../../../functions/order-api/routes.ts';
import * as requests from '../../../functions/reprocess-api/routes.ts';
import { httpEvent } from '../../support/http-event.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const READ = ['GET', 'HEAD'];

type RouteOf = (event: never) => { readonly name: string; readonly id: string } | undefined;

/** The routes at a path, as methods and names. */
function routesAt(routeOf: RouteOf, path: string): Readonly<Record<string, string>> {
  const found = METHODS.map((method) => [method, routeOf(httpEvent({ method, path }) as never)] as const);
  return Object.fromEntries(found.flatMap(([method, route]) => (route ? [[method, `${route.name} ${route.id}`]] : [])));
}

describe.each<[string, RouteOf, readonly (readonly [string, Readonly<Record<string, readonly string[]>>])[]]>([
  [
    'requests',
    requests.routeOf,
    [
      ['/healthz', { 'health ': READ }],
      ['/v3/images/a/process', { 'process a': ['POST', 'PATCH'] }],
      ['/v3/images/a/requests', { 'list_image a': READ }],
      ['/v3/requests', { 'list_requests ': READ }],
      ['/v3/requests/http:1', { 'read_request http:1': READ }],
      ['/v3/requests/http:1/retry', { 'retry_request http:1': ['POST'] }],
      ['/v3/budget', { 'read_budget ': READ }],
      ['/v3/health', { 'read_health ': READ }],
      ['/v3/pause', { 'pause ': ['PUT'], 'resume ': ['DELETE'] }],
      ['/v3/images/a', {}],
    ],
  ],
  [
    'batches',
    batches.routeOf,
    [
      ['/v3/batches', { 'create ': ['POST'], 'list ': READ }],
      ['/v3/batches/b_1', { 'read b_1': READ }],
      ['/v3/batches/b_1/requests', { 'lines b_1': READ }],
      ['/v3/batches/b_1/results', { 'results b_1': READ }],
      ['/v3/batches/b_1/retry', { 'retry b_1': ['POST'] }],
      ['/v3/batches/b_1/pause', { 'pause b_1': ['POST'] }],
      ['/v3/batches/b_1/resume', { 'resume b_1': ['POST'] }],
      ['/v3/batches/b_1/cancel', { 'cancel b_1': ['POST'] }],
      ['/v3/batches/b_1/other', {}],
    ],
  ],
  [
    'orders and images',
    orders.routeOf,
    [
      ['/v3/orders/o_1/reprocess', { 'reprocess o_1': ['POST'] }],
      ['/v3/images/a', { 'read_image a': READ }],
      ['/v3/images/a/preview', { 'preview a': READ }],
      ['/v3/orders/o_1', {}],
    ],
  ],
  [
    'callbacks',
    callbacks.routeOf,
    [
      ['/v3/callback', { 'set ': ['PUT'], 'read ': READ, 'remove ': ['DELETE'] }],
      ['/v3/callback/test', { 'test ': ['POST'] }],
      ['/v3/callback/rotate', { 'rotate ': ['POST'] }],
      ['/v3/callback/deliveries', { 'deliveries ': READ }],
      ['/v3/callback/deliveries/msg_1/resend', { 'resend msg_1': ['POST'] }],
      ['/v3/partners', { 'partners ': READ }],
      ['/v3/callback/other', {}],
    ],
  ],
  [
    'the console',
    consoles.routeOf,
    [
      ['/console/', { 'page ': READ }],
      ['/console/index.html', { 'page ': READ }],
      ['/console/assets/a.js', { 'asset assets/a.js': READ }],
      ['/console/session', { 'sign_in ': ['POST'], 'read_session ': READ, 'sign_out ': ['DELETE'] }],
      ['/console/assets/a/b.js', {}],
    ],
  ],
])('the routes of %s', (_, routeOf, table) => {
  it.each(table)('at %s are those of its table, and no others', (path, routes) => {
    const expected = Object.entries(routes).flatMap(([name, methods]) => methods.map((method) => [method, name]));
    expect(routesAt(routeOf, path)).toEqual(Object.fromEntries(expected));
  });
});

it('a key is needed wherever there is something of a partner’s', async () => {
  async function needsKey(path: string): Promise<boolean> {
    const refusals = [requests, batches, orders, callbacks].map(async ({ routeOf }) => {
      const { before } = partnerAuthentication({ authenticate: async () => undefined, sessions: undefined, routeOf });
      return before?.({ event: httpEvent({ path }) } as never);
    });
    return (await Promise.all(refusals)).some((refusal) => refusal !== undefined);
  }
  const ofPartners = ['/v3/requests', '/v3/batches', '/v3/images/a', '/v3/callback'];
  expect(await Promise.all(ofPartners.map(needsKey))).toEqual(Array(4).fill(true));
  expect(await Promise.all(['/healthz', '/elsewhere'].map(needsKey))).toEqual([false, false]);
});
