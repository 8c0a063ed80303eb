import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batchIdOf, newBatch, stateOf, unreadCheck } from '../../../functions/core/batch/batch.ts';
import { uploadedBatchId } from '../../../functions/core/batch/uploads/batch-origin.ts';
import { NOON, plentyOfTime } from '../../support/fixtures.ts';
import { BUCKET, startUploadBench } from '../../support/upload-bench.ts';

let bench: Awaited<ReturnType<typeof startUploadBench>>;
beforeAll(async () => {
  bench = await startUploadBench();
});
afterEach(async () => {
  await bench.forgetBatches();
  await bench.requests();
  await bench.events();
});
afterAll(() => bench.stop());

const line = (imageId: string) => JSON.stringify({ image_id: imageId, preferences: { rating: 1 } });

describe('a request file', () => {
  it('that is saved again unchanged is the same batch: nothing is sent or announced twice, and the report says so', async () => {
    const key = 'requests/same.ndjson';
    const body = `${line('villa')}\nbad`;
    const trigger = bench.startTrigger();
    await trigger.run(await bench.put(key, body));
    expect([(await bench.requests()).length, (await bench.events()).length]).toEqual([1, 1]);
    const again = await bench.put(key, body);
    await trigger.run(again);
    expect([await bench.requests(), await bench.events()]).toEqual([[], []]);
    const report = await bench.report(again);
    expect(report).toMatchObject({ accepted: 0 });
    expect(report.warnings[0]).toContain('the file is unchanged since');
    await trigger.run(await bench.put(key, `${body}\n${line('hut')}`));
    expect(await bench.requests()).toHaveLength(2);
  });

  it('that was refused before and is put again is sent once, where nothing is in its way any more', async () => {
    const [key, body] = ['requests/too-long.ndjson', line('shed')];
    const trigger = bench.startTrigger();
    const file = { bucket: BUCKET, key, version: 'v0' };
    const batchId = uploadedBatchId(file, createHash('sha256').update(body).digest('hex'));
    const refused = { batchId, name: 'a', file, createdAt: NOON, check: unreadCheck('too slow') };
    await bench.batches(trigger.clock).create(newBatch({ ...refused, source: 'upload' }), plentyOfTime(trigger.clock));
    const event = await bench.put(key, body);
    await trigger.run(event);
    expect(await bench.requests()).toMatchObject([{ image_id: 'shed' }]);
    expect(await bench.report(event)).toMatchObject({ accepted: 1, problems: [] });
    const again = await bench.put(key, body);
    await trigger.run(again);
    expect(await bench.requests()).toEqual([]);
    expect(await bench.report(again)).toMatchObject({ accepted: 0 });
  });

  it('belongs to the partner whose prefix it is under, and so do its requests', async () => {
    const event = await bench.put('requests/partners/acme/spring.ndjson', line('acme-1'));
    await bench.startTrigger().run(event);
    expect(await bench.batchOf(event, 'acme')).toMatchObject({
      partner: 'acme',
      name: 'spring.ndjson',
      source: 'upload',
    });
    const [request] = await bench.requests();
    expect(await bench.item(String(request?.request_id))).toMatchObject({ owner: { S: 'partner#acme' } });
  });

  it('of which every line is refused is a refused batch, whose lines are announced', async () => {
    const event = await bench.put('requests/all-bad.ndjson', 'bad\nworse');
    const trigger = bench.startTrigger();
    await trigger.run(event);
    expect(stateOf(await bench.batchOf(event))).toBe('refused');
    expect(trigger.woken).toEqual([]);
    expect(await bench.events()).toHaveLength(2);
    expect(await bench.report(event)).toMatchObject({ accepted: 0, rejected: 2 });
  });
});

describe('a file of a batch that was made over HTTP', () => {
  const put = (batchId: string) => bench.put(`requests/partners/acme/${batchId}/late.ndjson`, line(`late-${batchId}`));
  const aBatch = (id: string) => {
    const batchId = batchIdOf('test', id);
    const file = { bucket: BUCKET, key: `requests/partners/acme/${batchId}/late.ndjson` };
    return newBatch({ batchId, name: 'late', source: 'http', partner: 'acme', file, createdAt: NOON });
  };

  it('is checked when it comes, and sent', async () => {
    const trigger = bench.startTrigger();
    const batch = aBatch('waiting');
    await bench.batches(trigger.clock).create(batch, plentyOfTime(trigger.clock));
    const event = await put(batch.batchId);
    await trigger.run(event);
    expect(await bench.batchOf(event, 'acme')).toMatchObject({ batchId: batch.batchId, name: 'late' });
    expect(await bench.requests()).toMatchObject([{ batch_id: batch.batchId }]);
  });

  it('is still awaited where another one is put into its folder', async () => {
    const trigger = bench.startTrigger();
    const batch = aBatch('astray');
    await bench.batches(trigger.clock).create(batch, plentyOfTime(trigger.clock));
    await trigger.run(await bench.put(`requests/partners/rival/${batch.batchId}/late.ndjson`, line('astray-1')));
    const found = await bench.batches(trigger.clock).find(batch.batchId, plentyOfTime(trigger.clock));
    expect(found).toEqual(batch);
    await trigger.run(await put(batch.batchId));
    expect(await bench.requests()).toMatchObject([{ batch_id: batch.batchId }]);
  });

  it('is left alone when the API has checked it itself', async () => {
    const trigger = bench.startTrigger();
    const check = { total: 1, rejected: 0, rejections: [], repeatedImages: 0, differingImages: 0, repeats: [] };
    const batch = { ...aBatch('checked'), check: { ...check, problems: [], warnings: [] } };
    await bench.batches(trigger.clock).create(batch, plentyOfTime(trigger.clock));
    await trigger.register(await put(batch.batchId));
    expect(trigger.logged('the file is left alone')).toHaveLength(1);
    expect(trigger.woken).toEqual([]);
  });
});
