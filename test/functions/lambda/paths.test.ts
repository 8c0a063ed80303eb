import { describe, expect, it } from 'vitest';
import { findRoute, plainPath, READ } from '../../../functions/lambda/paths.ts';
import { httpEvent } from '../../support/http-event.ts';

describe('a route', () => {
  const patterns = [
    { name: 'read', methods: READ, path: /^\/v3\/images\/([^/]+)$/ },
    { name: 'all', methods: ['POST'], path: /^\/v3\/images$/ },
  ] as const;

  it.each([
    ['GET', '/v3/images/a', { name: 'read', id: 'a' }],
    ['HEAD', '//v3//images/a/', { name: 'read', id: 'a' }],
    ['POST', '/v3/images/', { name: 'all', id: '' }],
    ['POST', '/v3/images/a', undefined],
    ['GET', '/v3/images', undefined],
  ])('of %s %s is %j', (method, path, route) =>
    expect(findRoute(patterns, httpEvent({ method, path }))).toEqual(route && expect.objectContaining(route)),
  );

  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/a/', '/a'],
    ['a//b///c', 'a/b/c'],
  ])('%s is %s without extra slashes', (path, plain) => expect(plainPath(path)).toBe(plain));
});
