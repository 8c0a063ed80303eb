import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './aws-clients.ts';
import type { BatchFacts, BatchSummary, UploadReport } from './demo-batch-text.ts';
import type { Service } from './service.ts';

/** The account's limit in the demo, and how long a "day" of it takes. */
export const DEMO_LIMIT = 8;
export const DEMO_DAY_MS = 4000;

const TIMEOUT_MS = 40_000;
const LOOK_EVERY_MS = 100;
const KEY = 'requests/partners/demo/spring.csv';

/** As a spreadsheet saves it. One row has a rating that is not allowed. */
const IMAGE_IDS = Array.from({ length: 12 }, (_, index) => `house-${String(index + 1).padStart(2, '0')}`);
const ROWS = IMAGE_IDS.map((id) => `${id};Warm;5`).toSpliced(3, 0, 'house-13;Warm;9');
const CSV = ['Image ID;Enhance Type;Rating', ...ROWS, ''].join('\n');

/** Uploads a file of more images than the account may enhance in a day, and follows its batch to the end. */
export async function runBatch(service: Service): Promise<BatchFacts> {
  const { addresses, uploadsBucket: bucket = '', sandbox } = service;
  for (const id of IMAGE_IDS) sandbox?.addImage({ id });
  const s3 = new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
  const until = Date.now() + TIMEOUT_MS;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: CSV }));
  const report = await found(until, () => readReport(s3, bucket));
  const batch = await found(until, () => finishedBatch(service));
  const results = batch && (await resultsOf(service, batch));
  s3.destroy();
  const calls = sandbox?.limit.status().windows.map(({ used, beyond }) => used + beyond) ?? [];
  return { key: KEY, csv: CSV, limit: DEMO_LIMIT, report, batch, results, calls };
}

/** Polls until there is something. */
async function found<Found>(until: number, look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  for (; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  return undefined;
}

async function readReport(s3: S3Client, Bucket: string): Promise<BatchFacts['report']> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `reports/${KEY}/` }));
  const key = Contents.map(({ Key = '' }) => Key).find((each) => each.endsWith('.json'));
  if (key === undefined) return undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  return { key, content: JSON.parse((await Body?.transformToString()) ?? '') as UploadReport };
}

async function finishedBatch(service: Service): Promise<BatchSummary | undefined> {
  const { batches } = (await (await call(service, '/v3/batches')).json()) as {
    readonly batches: readonly BatchSummary[];
  };
  return batches.find(({ state }) => state === 'finished');
}

/** The response leads to the bucket, where no key is asked for. */
async function resultsOf(service: Service, { batch_id: id }: BatchSummary): Promise<string> {
  const { headers } = await call(service, `/v3/batches/${id}/results`);
  return (await fetch(headers.get('location') ?? '')).text();
}

function call({ addresses, partner }: Service, path: string): Promise<Response> {
  return fetch(`${addresses.api}${path}`, { headers: { 'x-api-key': partner.key }, redirect: 'manual' });
}
