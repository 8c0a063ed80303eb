import { describe, expect, it } from 'vitest';
import type { EndpointFault } from '../../chaos/fault-schedule.ts';
import { createEndpoint, REFUSED_STYLE } from '../../chaos/models/endpoint.ts';

function start() {
  const rules = { unknownImages: new Set(['unknown']), lockedImages: new Map([['locked', 1000]]) };
  const endpoint = createEndpoint(rules);
  endpoint.takeKeys('key');
  return endpoint;
}

const call = (more: object = {}) => ({ imageId: 'house', key: 'key', preferences: { enhance_type: 'warm' }, ...more });

describe('the endpoint', () => {
  it('keeps the preferences that a call leaves out', () => {
    const endpoint = start();
    endpoint.act(call({ preferences: { enhance_type: 'warm', rating: 3 } }), 1);
    endpoint.act(call({ preferences: { enhance_type: 'neutral' } }), 2);
    const { response, acts } = endpoint.responseTo(call({ preferences: { privacy: true } }), undefined, 0);
    expect(acts).toBe(true);
    expect(JSON.parse(response.body)).toMatchObject({ enhance_type: 'neutral', rating: 3, privacy: true });
  });

  it.each([
    ['a key that it does not take', { key: 'other' }, 401],
    ['an image that it does not know', { imageId: 'unknown' }, 404],
    ['an image that is locked', { imageId: 'locked' }, 403],
    ['preferences that it refuses', { preferences: { enhance_type: REFUSED_STYLE } }, 422],
  ])('refuses %s, and does not act', (_, more, status) => {
    expect(start().responseTo(call(more), undefined, 999)).toMatchObject({ response: { status }, acts: false });
  });

  it('takes a locked image when its time has come', () => {
    expect(start().responseTo(call({ imageId: 'locked' }), undefined, 1000).acts).toBe(true);
  });

  it('refuses more than 300 calls within a second', () => {
    const endpoint = start();
    const statuses = Array.from({ length: 301 }, () => endpoint.responseTo(call(), undefined, 0).response.status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect(endpoint.responseTo(call(), undefined, 1001).response.status).toBe(200);
  });

  it.each<[EndpointFault, number]>([
    ['throttled', 429],
    ['throttled_asked', 429],
    ['failing', 500],
    ['unavailable', 503],
    ['unavailable_asked', 503],
    ['forbidden', 403],
  ])('in the faults "%s" answers %d, and does not act', (fault, status) => {
    const { response, acts } = start().responseTo(call(), fault, 12_345);
    expect({ status: response.status, acts }).toEqual({ status, acts: false });
    expect('retry-after' in response.headers).toBe(fault.endsWith('_asked'));
  });

  it.each<[EndpointFault, object]>([
    ['malformed', { body: expect.stringContaining('<html>') }],
    ['broken_off', { truncated: true }],
    ['huge', { body: expect.stringContaining('"scene":"xxx') }],
  ])('in the faults "%s" acts, and answers 200 all the same', (fault, response) => {
    expect(start().responseTo(call(), fault, 0)).toMatchObject({ response: { status: 200, ...response }, acts: true });
  });
});
