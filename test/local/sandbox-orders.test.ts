import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_IMAGES, KNOWN_ORDER } from '../../local/sandbox/known-images.ts';
import { startedSandbox } from './support/sandbox-calls.ts';
import { temporaryDirectory } from './support/temporary.ts';

const BEGIN = Date.parse('2026-11-22T10:00:00Z');

async function withClock() {
  const clock = { now: BEGIN };
  const started = await startedSandbox({ processingMs: 1000, now: () => clock.now });
  const add = async (order: unknown) => (await started.control('POST', 'orders', order)).body;
  return { ...started, clock, add };
}

const idsIn = (order: { readonly images: readonly { readonly image_id: string }[] }) =>
  order.images.map(({ image_id: id }) => id);

describe('an order', () => {
  it('is read with the whole records of all its images, unpaged', async () => {
    const { send, add } = await withClock();
    const { order_id: id, image_ids: imageIds } = await add({ name: 'Elm Street', images: 5000 });
    const { status, body } = await send('GET', `/v3/orders/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      order_id: id,
      name: 'Elm Street',
      status: 'processed',
      is_processing: false,
      is_merging: false,
      is_deleted: false,
      total_images: 5000,
      created_at: '2026-11-22T10:00:00.000000',
      last_updated_at: '2026-11-22T10:00:00.000000',
    });
    expect(idsIn(body)).toEqual(imageIds);
    const image = await send('GET', `/v3/images/${imageIds[17]}`);
    expect(body.images[17]).toEqual(image.body);
    expect(image.body).toMatchObject({ order_id: id, status: 'processed', enhance: true });
  });

  it('has the ids and preferences that it was given', async () => {
    const { send, add } = await withClock();
    await add({ id: 'o-1', images: ['a', 'b'], preferences: { enhance_type: 'warm' } });
    const { body } = await send('GET', '/v3/orders/o-1');
    expect(idsIn(body)).toEqual(['a', 'b']);
    expect(body.images[1]).toMatchObject({ enhance_type: 'warm', order_id: 'o-1' });
  });

  it('has records that were never uploaded or are expired, and these cannot be enhanced', async () => {
    const { send, add, process, clock, statusesOf } = await withClock();
    await add({ id: 'o-1', images: ['a', 'b', 'c', 'd'], waiting: 1, expired: 2 });
    const { body } = await send('GET', '/v3/orders/o-1');
    const statuses = body.images.map(({ status }: { readonly status: string }) => status);
    expect(statuses).toEqual(['waiting', 'processed', 'expired', 'expired']);
    for (const id of ['a', 'b', 'd']) expect((await process(id)).status).toBe(200);
    clock.now += 1000;
    const none = ['error', 'There is no image file'];
    expect(await statusesOf(['a', 'b', 'd'])).toEqual([none, ['processed', null], none]);
  });

  it('shows no images while its brackets are merged', async () => {
    const { send, add, clock } = await withClock();
    await add({ id: 'o-1', images: 3, mergingSeconds: 5 });
    const merging = { is_merging: true, total_images: 0, images: [], status: 'waiting' };
    expect((await send('GET', '/v3/orders/o-1')).body).toMatchObject(merging);
    clock.now += 4999;
    expect((await send('GET', '/v3/orders/o-1')).body).toMatchObject(merging);
    clock.now += 1;
    expect((await send('GET', '/v3/orders/o-1')).body).toMatchObject({ is_merging: false, total_images: 3 });
  });

  it('is processing while one of its images is, in error after one failed, and keeps the order of its images', async () => {
    const { sandbox, send, add, process, clock, control } = await withClock();
    await add({ id: 'o-1', images: ['a', 'b'] });
    await control('POST', 'faults', { kind: 'fails_later', imageId: 'a' });
    await process('a');
    const during = await send('GET', '/v3/orders/o-1');
    expect(during.body).toMatchObject({ status: 'processing', is_processing: true });
    expect(sandbox.orders.isProcessing('o-1')).toBe(true);
    clock.now += 1000;
    expect(sandbox.orders.isProcessing('o-1')).toBe(false);
    const after = await send('GET', '/v3/orders/o-1');
    expect(after.body).toMatchObject({ status: 'error', is_processing: false });
    expect(idsIn(after.body)).toEqual(['a', 'b']);
  });

  it('gets an image whose order is changed, and loses it to another', async () => {
    const { send, add } = await withClock();
    await add({ id: 'o-1', images: ['a', 'b'] });
    await add({ id: 'o-2', images: 0 });
    await send('POST', '/v3/images/a/process', { order_id: 'o-2' });
    expect(idsIn((await send('GET', '/v3/orders/o-1')).body)).toEqual(['b']);
    expect(idsIn((await send('GET', '/v3/orders/o-2')).body)).toEqual(['a']);
  });

  it('is there from the beginning: the one of the known kitchen', async () => {
    const { send } = await withClock();
    const { body } = await send('GET', `/v3/orders/${KNOWN_ORDER.id}`);
    expect(idsIn(body)).toEqual([KNOWN_IMAGES.kitchen.id]);
  });

  it('that is unknown is a 404, and a wrong key a 401', async () => {
    const { sandbox, send } = await withClock();
    expect(await send('GET', '/v3/orders/nobody')).toEqual({
      status: 404,
      body: { message: 'Order not found', detail: 'there is no order nobody' },
    });
    expect((await fetch(`${sandbox.url}/v3/orders/nobody`)).status).toBe(401);
    expect((await send('POST', '/v3/orders/nobody', {})).status).toBe(405);
    expect((await send('POST', '/v3/orders/nobody/process', {})).status).toBe(404);
  });

  it('of more than 5,000 images is refused', async () => {
    const { control } = await withClock();
    expect((await control('POST', 'orders', { images: 5001 })).status).toBe(400);
  });

  it('can be made to fail like any call', async () => {
    const { send, add, control } = await withClock();
    await add({ id: 'o-1', images: 1 });
    await control('POST', 'faults', { kind: 'status', status: 503, call: 'order', times: 1 });
    const statuses = [await send('GET', '/v3/orders/o-1'), await send('GET', '/v3/orders/o-1')];
    expect(statuses.map(({ status }) => status)).toEqual([503, 200]);
  });

  it('is kept across restarts, with its images in their order', async () => {
    const keep = join(await temporaryDirectory(), 'sandbox');
    const first = await startedSandbox({ keep, processingMs: 0 });
    await first.control('POST', 'orders', { id: 'o-1', name: 'kept', images: ['a', 'b', 'c'] });
    await first.process('a');
    const before = await first.send('GET', '/v3/orders/o-1');
    await first.sandbox.close();
    const { send } = await startedSandbox({ keep });
    expect(await send('GET', '/v3/orders/o-1')).toEqual(before);
    expect(idsIn(before.body)).toEqual(['a', 'b', 'c']);
  });
});

describe('the list of orders', () => {
  const named = (body: { readonly orders: readonly { readonly name: string }[] }) =>
    body.orders.map(({ name }) => name);

  it('is newest first, five a page unless asked for otherwise, each with its images', async () => {
    const { send, add } = await withClock();
    for (const name of ['1', '2', '3', '4', '5', '6']) await add({ name, images: 1 });
    const first = await send('GET', '/v3/orders/');
    expect(named(first.body)).toEqual(['6', '5', '4', '3', '2']);
    expect(first.body.pagination.next_offset).toBe(5);
    expect(first.body.orders[0].images).toHaveLength(1);
    const rest = await send('GET', '/v3/orders?offset=5&per_page=10');
    expect(named(rest.body)).toEqual(['1', KNOWN_ORDER.name]);
    expect(rest.body.pagination.next_offset).toBeNull();
  });

  it('answers beyond its end with nothing, and refuses numbers that are none', async () => {
    const { send } = await withClock();
    expect((await send('GET', '/v3/orders/?offset=99')).body).toMatchObject({
      orders: [],
      pagination: { next_offset: null },
    });
    for (const query of ['offset=-1', 'offset=x', 'per_page=0']) {
      expect((await send('GET', `/v3/orders/?${query}`)).status).toBe(422);
    }
  });
});
