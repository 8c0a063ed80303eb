import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { itemToBatch } from '../../functions/adapters/ledger/batches/batch-item.ts';
import { type Batch, countsOf } from '../../functions/core/batch/batch.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { openBucket } from '../support/uploads.ts';

let flow: Flow;
beforeAll(async () => {
  // On a busy machine the webhook may give up on the ledger: the sweep finds such a line's end.
  const variables = { FIRST_LOOK_SECONDS: '5', LOOKS_SECONDS: '5 10 20' };
  flow = await startFlow({ finishesImages: true, sandbox: { processingMs: 100 }, schedulesEveryMs: 1000, variables });
}, 60_000);
afterAll(() => flow.stop());

const LINES = 40;
/** The batch of a file, as the ledger has it once the batch is finished. */
async function finished(key: string): Promise<Batch> {
  const [event] = await flow.eventsThat(
    ({ type, data }) => type === 'batch.finished' && JSON.stringify(data).includes(key),
  );
  const id = (event as unknown as { readonly data: { readonly batch_id: string } }).data.batch_id;
  const client = new DynamoDBClient(clientSettings(flow.addresses.dynamodb));
  const TableName = flow.plan.tables[0]?.definition.TableName;
  const { Item = {} } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: `batch:${id}` } } }));
  client.destroy();
  return itemToBatch(Item);
}

/** Puts a file of so many images, each with a name of its own. */
async function upload(key: string) {
  const bucket = openBucket(flow);
  const rows = Array.from({ length: LINES }, (_, n) => `${key.replace(/\W/g, '-')}-${n};${n % 2 === 0}`);
  await bucket.put(key, ['Image ID;Sky Replacement', ...rows].join('\r\n'));
  return { bucket, imageIds: rows.map((row) => row.split(';')[0] ?? '') };
}

const callsOf = (imageIds: readonly string[]) =>
  flow.sandbox.calls().filter(({ method, imageId }) => method === 'POST' && imageIds.includes(imageId ?? ''));

/** The counts are those of the rows of the results, which come from the lines' own items. */
async function expectCounted(batch: Batch, bucket: ReturnType<typeof openBucket>): Promise<void> {
  const results = (await bucket.text(`reports/${batch.file.key}/${batch.file.version}-results.csv`)) ?? '';
  const rows = results.trim().split('\r\n').slice(1);
  const inState = (state: string) => rows.filter((row) => row.split(';')[3] === state);
  expect(inState('finished')).toHaveLength(LINES);
  const none = { rejected: 0, waiting: 0, queued: 0, started: 0, cancelled: 0 };
  expect(countsOf(batch)).toEqual({ ...none, total: LINES, finished: LINES, failed: 0 });
}

function endsOf(batchId: string) {
  return flow.events.filter((event) => (event as { readonly id: string }).id === `${batchId}.finished`);
}

describe('a file of 40 lines', () => {
  it('reaches its end: every image is called once and finished, and the counts and the results say so', async () => {
    const key = 'requests/partners/acme/spring.csv';
    const { bucket, imageIds } = await upload(key);
    const batch = await finished(key);
    expect(batch.partner).toBe('acme');
    expect(callsOf(imageIds)).toHaveLength(LINES);
    await expectCounted(batch, bucket);
    await expect.poll(() => endsOf(batch.batchId)).toHaveLength(1);
  });

  it('loses nothing and sends nothing twice when the feeder is killed and killed again', async () => {
    const key = 'requests/killed.csv';
    const feeder = flow.functionNamed('BatchFeeder');
    let kills = 0;
    // After each of them the lease of the feeder that is gone, 30 s, has to end.
    const killing = setInterval(() => {
      if (kills < 2 && feeder.kill()) kills += 1;
    }, 700);
    onTestFinished(() => clearInterval(killing));
    const { bucket, imageIds } = await upload(key);
    const batch = await finished(key);
    expect(kills).toBeGreaterThan(0);
    await expectCounted(batch, bucket);
    const called = callsOf(imageIds).map(({ imageId }) => imageId);
    expect(called.toSorted()).toEqual(imageIds.toSorted());
    await expect.poll(() => endsOf(batch.batchId)).toHaveLength(1);
  });

  it('needs no permission that a role lacks', () => {
    expect(flow.permissions.refusals()).toEqual([]);
  });
});
