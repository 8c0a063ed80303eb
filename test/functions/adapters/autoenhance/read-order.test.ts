import { describe, expect, test } from 'vitest';
import { decodeOrder, decodeOrderImages } from '../../../../functions/adapters/autoenhance/order-codec.ts';
import { createImages, failureOf, limits, startSandbox } from './support.ts';

describe("reading an order's record", () => {
  test('is one GET, whose answer may be as long as thousands of records are', async () => {
    const sandbox = await startSandbox();
    const { order_id, image_ids } = sandbox.orders.add({
      name: 'Main Street 1',
      images: 600,
      preferences: { metadata: { note: 'x'.repeat(2000) } },
    });
    const order = await createImages({ baseUrl: sandbox.url }).readOrder(order_id, limits());
    expect(order).toMatchObject({ orderId: order_id, name: 'Main Street 1', isMerging: false, isDeleted: false });
    expect(order.images.map(({ imageId }) => imageId)).toEqual(image_ids);
    expect(sandbox.calls()).toMatchObject([{ method: 'GET', path: `/v3/orders/${order_id}`, key: 'right', body: '' }]);
  });

  test.each([
    ['unknown', { code: 'refused_for_good', refusal: { status: 404 } }, undefined],
    ['answered 500', { code: 'refused_for_now' }, { kind: 'status', status: 500 }],
    ['cut', { code: 'refused_for_now', message: expect.stringContaining('broke off') }, { kind: 'broken_body' }],
    ['no order', { code: 'refused_for_now', message: expect.stringContaining('no order') }, { kind: 'malformed' }],
  ] as const)('that is %s is an error that says so', async (_, error, fault) => {
    const sandbox = await startSandbox();
    if (fault !== undefined) sandbox.fail({ ...fault, call: 'order' });
    const orderId = fault === undefined ? 'no-such-order' : sandbox.orders.add({ images: 1 }).order_id;
    expect(await failureOf(createImages({ baseUrl: sandbox.url }).readOrder(orderId, limits()))).toMatchObject(error);
  });
});

describe('an order on the wire', () => {
  test('may lack everything but its images, and its images their ids', () => {
    expect(decodeOrder('{"images":[{"image_id":"a","status":null},{"status":"processed"}]}', 'o')).toEqual({
      orderId: 'o',
      isMerging: false,
      isDeleted: false,
      images: [{ imageId: 'a' }, { imageId: undefined, status: 'processed' }],
    });
  });

  test.each(['', '[]', '{}', '{"images":{}}', '{"images":[1]}', 'null'])('is not %j', (text) => {
    expect(decodeOrder(text, 'o')).toBeUndefined();
  });

  test('gives the whole records of its images by their ids, with every digit', () => {
    const text = '{"images":[{"image_id":"a","big":12345678901234567890},{"status":"processed"},7]}';
    const images = decodeOrderImages(text);
    expect([...(images?.keys() ?? [])]).toEqual(['a']);
    expect(JSON.stringify(images?.get('a'))).toBe('{"image_id":"a","big":12345678901234567890}');
    expect(['', '[]', '{"images":{}}'].map((each) => decodeOrderImages(each))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
