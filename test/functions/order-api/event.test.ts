import { describe, expect, it } from 'vitest';
import { parseOrderInput } from '../../../functions/order-api/event.ts';
import { fingerprintOfOrder } from '../../../functions/order-api/fingerprint.ts';
import { httpEvent } from '../../support/http-event.ts';

const parse = (body: object, query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  parseOrderInput(
    { ...httpEvent({ method: 'POST', path: '/', body, query, headers }), partner: { name: 'acme' } } as never,
    'o_1',
  );
const preferences = { rating: 3 };
const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('what is wanted of an order', () => {
  it('is its preferences, for all of its images', () => {
    expect(parse({ preferences })).toEqual({ orderId: 'o_1', preferences, only: {}, isDryRun: false });
    expect(parse({ preferences, only: null })).toMatchObject({ only: {} });
  });

  it('may be named, chosen, only checked, and repeated', () => {
    const body = {
      preferences,
      name: 'mine',
      only: { status: ['Processed', 'ERROR'], image_ids: [ID.toUpperCase(), 'a'] },
    };
    expect(parse(body, { dry_run: 'true', name: 'other' }, { 'idempotency-key': 'key' })).toEqual({
      ...{ orderId: 'o_1', preferences, name: 'mine', isDryRun: true, idempotencyKey: 'key' },
      only: { status: ['processed', 'error'], imageIds: [ID, 'a'] },
    });
    expect(parse({ preferences }, { name: 'other' })).toMatchObject({ name: 'other' });
  });

  const ARRAY = 'must be an array of strings that is not empty';
  it.each<[unknown, string]>([
    [
      'error',
      'only must be {"status": [...], "image_ids": [...]}, each an array of strings that is not empty, got "error"',
    ],
    [['error'], 'not empty, got an array'],
    [{ status: 'error' }, `only.status ${ARRAY}, got "error"`],
    [{ status: [] }, `only.status ${ARRAY}, got an empty one`],
    [{ status: ['error', 1] }, `only.status ${ARRAY}, got 1`],
    [{ image_ids: [1, 'a'] }, `only.image_ids ${ARRAY}, got 1`],
    [{ status: null }, `only.status ${ARRAY}, got null`],
    [{ status: ['error'], scene: ['sky'] }, 'got also "scene"'],
    [
      { statuses: ['error'] },
      'only must be {"status": [...], "image_ids": [...]}, each an array of strings that is not empty, got also "statuses"',
    ],
  ])('is refused with the choice %j', (only, message) => {
    expect(() => parse({ preferences, only })).toThrow(message);
  });
});

it('the same order, preferences and images are the same batch, and each other thing is another one', () => {
  const asked = { orderId: 'o_1', preferences, only: {}, images: ['a', 'b'] };
  const others = [
    { ...asked, orderId: 'o_2' },
    { ...asked, preferences: { rating: 4 } },
    { ...asked, only: { status: ['error'] } },
    { ...asked, images: ['a'] },
  ];
  expect(fingerprintOfOrder({ ...asked })).toBe(fingerprintOfOrder(asked));
  expect(new Set([asked, ...others].map(fingerprintOfOrder)).size).toBe(5);
});
