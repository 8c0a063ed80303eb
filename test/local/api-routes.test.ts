import { describe, expect, it } from 'vitest';
import { findRoute } from '../../local/api-front/routes.ts';

const routes = [
  '$default',
  'ANY /v3/images/{id}/process',
  'POST /v3/images/{id}/process',
  'GET /v3/{proxy+}',
  'GET /v3/images/{id}',
  'GET /v3/images/newest',
].map((routeKey) => ({ routeKey, functionName: 'api' }));

describe('an HTTP API picks', () => {
  it.each([
    ['POST', '/v3/images/house/process', 'POST /v3/images/{id}/process', { id: 'house' }],
    ['PATCH', '/v3/images/house/process', 'ANY /v3/images/{id}/process', { id: 'house' }],
    ['GET', '/v3/images/house', 'GET /v3/images/{id}', { id: 'house' }],
    ['GET', '/v3/images/newest', 'GET /v3/images/newest', undefined],
    ['GET', '/v3/a/b/c', 'GET /v3/{proxy+}', { proxy: 'a/b/c' }],
    ['GET', '/v3', '$default', undefined],
    ['DELETE', '/nowhere', '$default', undefined],
  ])('for %s %s the route %s', (method, path, routeKey, pathParameters) => {
    const found = findRoute(routes, method, path);
    expect(found?.routeKey).toBe(routeKey);
    expect(found?.pathParameters).toEqual(pathParameters);
  });

  it('none when nothing matches and there is no $default', () => {
    expect(findRoute(routes.slice(1), 'DELETE', '/nowhere')).toBeUndefined();
  });
});
