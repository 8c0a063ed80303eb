import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBatchBench } from '../../support/batch-bench.ts';

let bench: Awaited<ReturnType<typeof startBatchBench>>;
beforeAll(async () => {
  bench = await startBatchBench();
});
afterAll(() => bench.stop());

const WARM = { preferences: { enhance_type: 'warm' } };
const pathOf = (orderId: string) => `/v3/orders/${orderId}/reprocess`;
const readsOf = (orderId: string) =>
  bench.sandbox.calls().filter(({ path }) => path === `/v3/orders/${orderId}`).length;

async function imagesOf(batchId: string): Promise<readonly string[]> {
  const { body } = await bench.open().get(`/v3/batches/${batchId}/requests`, { limit: '100' });
  return body.requests.map(({ image_id }: { image_id: string }) => image_id);
}

describe('an order', () => {
  it('becomes a batch of its images, in its own order and with its name', async () => {
    const { order_id, image_ids } = bench.sandbox.orders.add({ name: 'Main Street 1', images: 12 });
    const { post, woken } = bench.open();
    const { status, body } = await post(pathOf(order_id), WARM);
    expect([status, body.source, body.name, body.counts.waiting]).toEqual([202, 'order', 'Main Street 1', 12]);
    expect(await imagesOf(body.batch_id)).toEqual(image_ids);
    expect(woken).toHaveLength(1);
  });

  it('has the name that the caller gives it, in the body or else in the query', async () => {
    const { post } = bench.open();
    const named = async (body: object, query: Record<string, string>) => {
      const { order_id } = bench.sandbox.orders.add({ name: 'Main Street 1', images: 1 });
      return (await post(pathOf(order_id), { ...WARM, ...body }, { query })).body.name;
    };
    expect(await named({ name: 'mine' }, { name: 'other' })).toBe('mine');
    expect(await named({}, { name: 'other' })).toBe('other');
  });

  it('leaves out what was never uploaded or is expired, and says so', async () => {
    const { order_id, image_ids } = bench.sandbox.orders.add({ images: 5, waiting: 1, expired: 2 });
    const { body } = await bench.open().post(pathOf(order_id), WARM);
    expect(await imagesOf(body.batch_id)).toEqual(image_ids.slice(1, 3));
    expect([body.left_out_count, body.left_out]).toEqual([
      3,
      [
        { image_id: image_ids[0], reason: 'its file was never uploaded (status waiting)' },
        ...image_ids
          .slice(3)
          .map((image_id) => ({ image_id, reason: 'its file has expired at Autoenhance (status expired)' })),
      ],
    ]);
  });

  it('may be taken in part, by ids and by status', async () => {
    const { order_id, image_ids } = bench.sandbox.orders.add({ images: 3 });
    const only = { image_ids: [image_ids[2], image_ids[0], 'stranger'] };
    const { body } = await bench.open().post(pathOf(order_id), { ...WARM, only });
    expect(await imagesOf(body.batch_id)).toEqual([image_ids[0], image_ids[2]]);
    expect(body.left_out).toEqual([{ image_id: 'stranger', reason: 'it is no image of this order' }]);
    const processed = await bench.open().post(pathOf(order_id), { ...WARM, only: { status: ['PROCESSED'] } });
    expect([processed.status, processed.body.counts?.total]).toEqual([202, 3]);
    const none = await bench.open().post(pathOf(order_id), { ...WARM, only: { status: ['ERROR'] } });
    expect([none.status, none.body.code, none.body.detail]).toEqual([
      422,
      'batch_refused',
      'only must fit an image of the order, and fits none: the status of its images is processed',
    ]);
    const strangers = await bench.open().post(pathOf(order_id), { ...WARM, only: { image_ids: ['stranger'] } });
    expect([strangers.body.detail, strangers.body.left_out_count]).toEqual([
      'no image of the order can be sent: each is left out for its reason',
      1,
    ]);
  });

  it('of 5,000 images is read and taken whole', async () => {
    const { order_id } = bench.sandbox.orders.add({
      images: 5000,
      preferences: { metadata: { note: 'x'.repeat(3000) } },
    });
    const { status, body } = await bench.open().post(pathOf(order_id), WARM);
    expect([status, body.counts.total]).toEqual([202, 5000]);
  });

  it('only to be checked is read, and nothing is stored', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 2, waiting: 1 });
    const { post, woken } = bench.open();
    const objects = bench.created.length;
    const { status, body } = await post(pathOf(order_id), WARM, { query: { dry_run: 'true' } });
    expect([status, body.would_be_sent, body.counts.accepted, body.left_out_count]).toEqual([200, true, 1, 1]);
    expect([woken, bench.created.length]).toEqual([[], objects]);
  });

  it('asked for again under the same key is the same batch, and is not read again', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 2 });
    const { post } = bench.open();
    const headers = { 'idempotency-key': `order-${order_id}` };
    const [first, again] = [
      await post(pathOf(order_id), WARM, { headers }),
      await post(pathOf(order_id), WARM, { headers }),
    ];
    expect([first.status, again.status, again.body.batch_id]).toEqual([202, 200, first.body.batch_id]);
    expect(readsOf(order_id)).toBe(1);
    const other = await post(pathOf(order_id), { preferences: { enhance_type: 'neutral' } }, { headers });
    const elsewhere = await post(pathOf(bench.sandbox.orders.add({ images: 1 }).order_id), WARM, { headers });
    const inPart = await post(pathOf(order_id), { ...WARM, only: { status: ['processed'] } }, { headers });
    for (const { status, body } of [other, elsewhere, inPart]) {
      expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    }
  });

  it('asked for under a key is each caller’s own, and is checked anew when it is only to be checked', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 2 });
    const { post } = bench.open();
    const headers = { 'idempotency-key': `shared-${order_id}` };
    const mine = await post(pathOf(order_id), WARM, { headers });
    const others = await post(pathOf(order_id), WARM, { headers }, 'globex');
    expect([mine.status, others.status]).toEqual([202, 202]);
    expect(others.body.batch_id).not.toBe(mine.body.batch_id);
    const { status, body } = await post(pathOf(order_id), WARM, { headers, query: { dry_run: 'true' } });
    expect([status, body.dry_run, body.batch_id]).toEqual([200, true, undefined]);
  });

  it('asked for again without a key is the same batch as long as it has the same images', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 2 });
    const { post } = bench.open();
    const [first, again] = [await post(pathOf(order_id), WARM), await post(pathOf(order_id), WARM)];
    expect([first.status, again.status, again.body.batch_id]).toEqual([202, 200, first.body.batch_id]);
    bench.sandbox.addImage({ id: `new-of-${order_id}`, preferences: { order_id } });
    const grown = await post(pathOf(order_id), WARM);
    expect([grown.status, grown.body.counts.total]).toEqual([202, 3]);
  });
});

describe('an order that cannot be taken', () => {
  it('while it merges is a 409 that says when to come again', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 2, mergingSeconds: 3600 });
    const { status, headers, body } = await bench.open().post(pathOf(order_id), WARM);
    expect([status, headers['retry-after'], body.code]).toEqual([409, '30', 'order_merging']);
  });

  it('which nobody knows is a 404', async () => {
    const { status, body } = await bench.open().post(pathOf('no-such-order'), WARM);
    expect([status, body.code]).toEqual([404, 'unknown_order']);
  });

  it('which was deleted is a 404', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 1 });
    const body = JSON.stringify({ order_id, is_deleted: true, images: [{ image_id: 'a', status: 'processed' }] });
    bench.sandbox.fail({ kind: 'status', status: 200, body, call: 'order', times: 1 });
    const response = await bench.open().post(pathOf(order_id), WARM);
    expect([response.status, response.body.detail]).toEqual([404, 'the order was deleted at Autoenhance']);
  });

  it('without images is refused', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 0 });
    const { status, body } = await bench.open().post(pathOf(order_id), WARM);
    expect([status, body.detail]).toEqual([422, 'the order has no images']);
  });

  it.each([
    ['fails', { kind: 'status', status: 500 } as const, 503],
    ['refuses the key', { kind: 'status', status: 401 } as const, 503],
    ['breaks off', { kind: 'broken_body' } as const, 503],
    ['is hidden by a proxy', { kind: 'status', status: 404, body: '<html>' } as const, 503],
  ])('since Autoenhance %s begins nothing, and says so', async (_, fault, expected) => {
    const { order_id } = bench.sandbox.orders.add({ images: 1 });
    bench.sandbox.fail({ ...fault, call: 'order', times: 1 });
    const { status, headers, body } = await bench.open().post(pathOf(order_id), WARM);
    expect([status, headers['retry-after']]).toEqual([expected, '30']);
    expect(body.detail).toContain('nothing was begun');
  });

  it.each<[string, unknown, number, RegExp]>([
    ['no JSON', '{', 400, /the body must be JSON/],
    ['an array', [], 422, /the body must be \{"preferences"/],
    ['no preferences', {}, 422, /preferences must be/],
    ['wrong preferences', { preferences: { rating: 9 } }, 422, /rating must be an integer/],
    ['preferences of another kind', { preferences: { not_after: 'x' } }, 422, /not_after must not stand among/],
    ['a member that nobody knows', { ...WARM, image_ids: ['a'] }, 422, /got also/],
    ['an empty choice', { ...WARM, only: { status: [] } }, 422, /only.status must be/],
    ['a choice by something else', { ...WARM, only: { scene: ['sky'] } }, 422, /only must be/],
  ])('for the body is %s', async (_, body, expected, detail) => {
    const response = await bench.open().post(pathOf('some-order'), body);
    expect([response.status, response.body.detail]).toEqual([expected, expect.stringMatching(detail)]);
  });

  it('until a time, which only single requests have', async () => {
    const headers = { 'reprocess-not-after': '2030-01-01T00:00:00Z' };
    const { status, body } = await bench.open().post(pathOf('some'), WARM, { headers });
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/reprocess-not-after.*POST \/v3\/batches/)]);
  });

  it('for a parameter is unknown that may be meant as dry_run', async () => {
    const { order_id } = bench.sandbox.orders.add({ images: 1 });
    const { post, woken } = bench.open();
    const { status, body } = await post(pathOf(order_id), WARM, { query: { 'dry-run': 'true' } });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('did you mean dry_run?')]);
    expect([woken, readsOf(order_id)]).toEqual([[], 0]);
  });

  it('for the path has no id, or the route is none', async () => {
    const { call, post } = bench.open();
    expect((await post(pathOf('a b'), WARM)).status).toBe(422);
    expect((await call({ path: '/v3/orders/a' })).body.detail).toContain(
      'there are POST /v3/orders/{order_id}/reprocess',
    );
    expect((await post(pathOf('a'), WARM, {}, 'nobody')).status).toBe(401);
  });
});
