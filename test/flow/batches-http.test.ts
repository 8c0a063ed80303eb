import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 50 }, schedulesEveryMs: 1000 });
});
afterAll(() => flow.end());

const csv = { 'content-type': 'text/csv' };
// biome-ignore lint/suspicious/noExplicitAny: a test reads a response at its own risk
const json = async (response: Response): Promise<{ readonly status: number; readonly body: any }> => ({
  status: response.status,
  body: await response.json(),
});

async function ofBatch(batchId: string, path = ''): Promise<Awaited<ReturnType<typeof json>>> {
  return json(await flow.fetch(`/v3/batches/${batchId}${path}`));
}

/** As an operations person would look: again and again. */
async function until(batchId: string, state: string) {
  await expect.poll(async () => (await ofBatch(batchId)).body.state, { interval: 200 }).toBe(state);
}

describe('a batch over HTTP', () => {
  it('is checked, taken, finished and read back row by row, with nothing but calls', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => `house-${index};warm`);
    const body = `Image ID;Enhance Type\n${rows.join('\n')}\nbad id!;warm\n`;
    const checked = await json(await flow.fetch('/v3/batches?dry_run=true', { method: 'POST', headers: csv, body }));
    expect([checked.status, checked.body.counts]).toEqual([200, { total: 13, rejected: 1, accepted: 12 }]);
    const taken = await json(await flow.fetch('/v3/batches?name=spring.csv', { method: 'POST', headers: csv, body }));
    expect(taken.status).toBe(202);
    const { batch_id: id } = taken.body;
    const again = await json(await flow.fetch('/v3/batches?name=spring.csv', { method: 'POST', headers: csv, body }));
    expect([again.status, again.body.batch_id]).toEqual([200, id]);
    await until(id, 'finished');
    const { body: batch } = await ofBatch(id);
    expect(batch.counts).toMatchObject({ total: 13, rejected: 1, finished: 12, failed: 0, waiting: 0 });
    const results = await flow.fetch(`/v3/batches/${id}/results`, { redirect: 'manual' });
    expect(results.status).toBe(302);
    const text = await (await fetch(results.headers.get('location') ?? '')).text();
    expect(text.split('\r\n').filter((row) => row.includes(';finished;'))).toHaveLength(12);
    expect(flow.sandbox.calls().filter(({ method }) => method === 'POST')).toHaveLength(12);
    expect((await ofBatch(id, '/retry')).status).toBe(404);
  });

  it('that is cancelled sends no more, and says so twice', async () => {
    const body = JSON.stringify({ image_ids: ['paused-1', 'paused-2'], preferences: {}, name: 'cancelled' });
    const { body: taken } = await json(await flow.fetch('/v3/batches', { method: 'POST', body }));
    const cancel = () => flow.fetch(`/v3/batches/${taken.batch_id}/cancel`, { method: 'POST' }).then(json);
    for (let times = 0; times < 2; times += 1) {
      const { status, body: cancelled } = await cancel();
      expect([status, cancelled.state]).toEqual([200, 'cancelled']);
    }
  });

  it('whose file is put to the URL is checked and finished as any other', async () => {
    const body = JSON.stringify({ upload: { file_name: 'big.csv' } });
    const { body: taken } = await json(await flow.fetch('/v3/batches', { method: 'POST', body }));
    expect(taken.state).toBe('checking');
    const put = await fetch(taken.upload.url, { method: 'PUT', body: 'image_id\nuploaded-1\nuploaded-2\n' });
    expect(put.status).toBe(200);
    await until(taken.batch_id, 'finished');
    expect((await ofBatch(taken.batch_id)).body.counts).toMatchObject({ total: 2, finished: 2 });
  });

  it('of an order has every image of it that can be processed', async () => {
    const { order_id, image_ids } = flow.sandbox.orders.add({ images: 6, waiting: 1, expired: 1 });
    const body = JSON.stringify({ preferences: { enhance_type: 'warm' } });
    const path = `/v3/orders/${order_id}/reprocess`;
    const { status, body: taken } = await json(await flow.fetch(path, { method: 'POST', body }));
    expect([status, taken.left_out_count]).toEqual([202, 2]);
    await until(taken.batch_id, 'finished');
    const { body: lines } = await ofBatch(taken.batch_id, '/requests?state=finished');
    expect(lines.requests.map(({ image_id }: { image_id: string }) => image_id)).toEqual(image_ids.slice(1, 5));
    const listed = await json(await flow.fetch('/v3/requests?state=finished&source=upload'));
    expect(listed.body.requests.length).toBeGreaterThanOrEqual(4);
    expect((await json(await flow.fetch('/v3/orders/nobodys/reprocess', { method: 'POST', body }))).status).toBe(404);
  });

  it('sends a failed request again by one call', async () => {
    flow.sandbox.fail({ kind: 'status', status: 422, times: 1, imageId: 'refused' });
    const failed = await flow.process('refused', { rating: 1 }, { prefer: 'wait=20' });
    expect(failed.status).toBe(422);
    const id = failed.headers.get('reprocess-request-id') ?? '';
    const { status, body } = await json(await flow.fetch(`/v3/requests/${id}/retry`, { method: 'POST' }));
    expect(status).toBe(202);
    const life = async () => (await json(await flow.fetch(`/v3/requests/${body.request_id}`))).body.life;
    await expect.poll(life).toBe('finished');
  });
});
