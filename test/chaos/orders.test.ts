import { describe, expect, it } from 'vitest';
import { createChance } from '../../chaos/random.ts';
import { type OrderPlan, planOrders } from '../../chaos/scenario/orders.ts';
import { planVendor } from '../../chaos/scenario/vendor.ts';
import { runStory } from './support/story-run.ts';

const MINUTE = 60_000;
const VENDOR = { ...planVendor(createChance('vendor')), failShare: 0, isOld: false };

const PLAN: OrderPlan = {
  ref: 'o1',
  orderId: 'order-of-o1',
  state: 'known',
  mergesFor: 0,
  images: [
    { imageId: 'image-2', file: 'uploaded' },
    { imageId: 'image-1', file: 'uploaded' },
    { imageId: 'image-2', file: 'uploaded' },
    { imageId: null, file: 'uploaded' },
    { imageId: 'image-3', file: 'expired' },
    { imageId: 'image-4', file: 'never_uploaded' },
  ],
  at: MINUTE,
  caller: 'acme',
  preferences: { ref: 'o1', enhance_type: 'warm' },
  again: [],
  attempts: 10,
};

const run = (change: Partial<OrderPlan> = {}) =>
  runStory('order', 1, { submissions: [], vendor: VENDOR, orders: [{ ...PLAN, ...change }] });

describe('an order', () => {
  it('has each of its images as a line, once and in its order, or tells why not', async () => {
    const { texts, of } = await run();
    expect(texts).toEqual([]);
    const lines = of('known').map(({ imageId, line }) => [line, imageId]);
    expect(lines.toSorted()).toEqual([
      [1, 'image-2'],
      [2, 'image-1'],
    ]);
    const [{ status, body } = { status: 0, body: '' }] = of('api_response');
    expect([status, JSON.parse(body).left_out_count]).toEqual([202, 3]);
  });

  it.each([
    ['that Autoenhance does not know is a 404', { state: 'unknown' }, [404]],
    ['that was deleted is a 404', { state: 'deleted' }, [404]],
    ['without an image that can be sent is a 422', { images: [{ imageId: 'image-3', file: 'expired' }] }, [422]],
    ['of which another state is meant is a 422', { only: { status: ['error'] } }, [422]],
  ] as const)('%s, and nothing is made of it', async (_, change, statuses) => {
    const { texts, of } = await run(change);
    expect([texts, of('batch_made')]).toEqual([[], []]);
    expect(of('api_response').map(({ status }) => status)).toEqual(statuses);
  });

  it('that is merging is a 409 until that is over', async () => {
    const { texts, of } = await run({ mergesFor: 3 * MINUTE });
    expect(texts).toEqual([]);
    const statuses = of('api_response').map(({ status }) => status);
    expect([new Set(statuses), statuses.at(-1)]).toEqual([new Set([409, 202]), 202]);
  });

  it.each([undefined, 'key'])('whose call is repeated, under the key %s, is one batch', async (key) => {
    const { texts, of } = await run({ again: [MINUTE], ...(key && { idempotencyKey: key }) });
    expect([texts, of('batch_made').length, of('known').length]).toEqual([[], 1, 2]);
  });
});

it.each(['one', 'two', 'three', 'four'])('orders of every kind keep their promises: seed %s', async (seed) => {
  const chance = createChance(seed);
  const images = ['image-1', 'image-2', 'image-3', 'image-4', 'image-5'] as const;
  const { texts } = await runStory(seed, 20, { vendor: VENDOR, orders: planOrders([...images], chance) });
  expect(texts).toEqual([]);
});
