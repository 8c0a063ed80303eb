import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './aws-clients.ts';
import type { UploadFacts, UploadReport } from './demo-upload-text.ts';
import type { OutcomeEvent } from './outcomes.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import type { Service } from './service.ts';

const TIMEOUT_MS = 20_000;
const KEY = 'requests/demo.csv';
const { house, garden, kitchen } = KNOWN_IMAGES;

/** Five lines: two for the same image, whose order matters, and one with a rating that is not allowed. */
const CSV = `image_id,enhance_type,rating,metadata.listing
${house.id},warm,,L-0007
${garden.id},neutral,4,L-0008
${kitchen.id},neutral,9,L-0009
${kitchen.id},warm,,L-0009
${house.id},neutral,5,L-0007
`;
const LINES = 5;

/** Uploads a file, and waits for the outcome of each line and for the report. */
export async function runUpload(service: Service): Promise<UploadFacts> {
  const { addresses, uploadsBucket: Bucket } = service;
  const s3 = new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: CSV }));
  const events = await outcomesOfUpload(service);
  const report = await findReport(s3, Bucket);
  s3.destroy();
  const resultsQueue = service.queueUrls.results.split('/').at(-1) ?? '';
  return { key: KEY, csv: CSV, resultsQueue, events, report };
}

async function outcomesOfUpload(service: Service): Promise<readonly OutcomeEvent[]> {
  const events: OutcomeEvent[] = [];
  for await (const event of service.outcomes(AbortSignal.timeout(TIMEOUT_MS))) {
    if (event.type.startsWith('reprocess.') && event.data.request?.source === 'upload') events.push(event);
    if (events.length === LINES) break;
  }
  return events;
}

/** It is written once every line is queued, which may be before or after the outcomes. */
async function findReport(s3: S3Client, Bucket: string | undefined): Promise<UploadFacts['report']> {
  for (const until = Date.now() + TIMEOUT_MS; Date.now() < until; ) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `reports/${KEY}/` }));
    const key = Contents.map(({ Key = '' }) => Key).find((each) => each.endsWith('.json'));
    if (key === undefined) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return { key, content: JSON.parse((await Body?.transformToString()) ?? '') as UploadReport };
  }
  return undefined;
}
