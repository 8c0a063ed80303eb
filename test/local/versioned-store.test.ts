import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import type { CreatedObject } from '../../local/queues/versioned-store.ts';
import { startQueues } from '../../local/queues.ts';
import { temporaryDirectory } from './support/temporary.ts';

const Bucket = 'uploads';

async function startBucket(keep?: string) {
  const queues = await startQueues({ keep });
  const created: CreatedObject[] = [];
  queues.createBuckets([Bucket], (object) => created.push(object));
  const s3 = new S3Client({ ...clientSettings(queues.url), forcePathStyle: true });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    s3.destroy();
    await queues.close();
  };
  onTestFinished(close);
  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { of: Body } }));
  const text = async (Key: string, VersionId?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
    return Body?.transformToString();
  };
  return { url: queues.url, s3, created, put, text, close };
}

it('every version of an object can be read, with its metadata, after another has taken its place', async () => {
  const { s3, created, put, text } = await startBucket();
  await put('a key + %.csv', 'one');
  await put('a key + %.csv', 'two');
  await expect.poll(() => created.length).toBe(2);
  const [one, two] = created.map(({ version }) => version);
  expect([await text('a key + %.csv'), await text('a key + %.csv', one), await text('a key + %.csv', two)]).toEqual([
    'two',
    'one',
    'two',
  ]);
  const head = new HeadObjectCommand({ Bucket, Key: 'a key + %.csv', VersionId: one });
  expect((await s3.send(head)).Metadata).toEqual({ of: 'one' });
  await expect(text('a key + %.csv', 'another')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('an object is reported once, with its size, and lists show it once', async () => {
  const { s3, created, put } = await startBucket();
  const { VersionId: version, ETag } = await put('requests/ü.csv', 'three');
  // In events it has no quotes.
  const etag = ETag?.slice(1, -1);
  await expect.poll(() => created).toEqual([{ bucket: Bucket, key: 'requests/ü.csv', size: 5, version, etag }]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(['requests/ü.csv']);
});

it('an object that came in parts is reported when it is complete', async () => {
  const { s3, created, text } = await startBucket();
  const object = { Bucket, Key: 'parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
  const { ETag } = await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'part' }));
  expect(created).toEqual([]);
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
  await expect.poll(() => created.length).toBe(1);
  expect(await text('parts', created[0]?.version)).toBe('part');
});

it('objects and their versions outlive a restart where they are kept', async () => {
  const keep = await temporaryDirectory();
  const before = await startBucket(keep);
  await before.put('kept', 'one');
  await before.put('kept', 'two');
  await expect.poll(() => before.created.length).toBe(2);
  await before.close();
  const { text } = await startBucket(keep);
  expect([await text('kept'), await text('kept', before.created[0]?.version)]).toEqual(['two', 'one']);
});

it('an empty object without a content type is taken, as some clients send it for a name without a known ending', async () => {
  const { url, created, text } = await startBucket();
  const response = await fetch(`${url}/${Bucket}/empty.ndjson`, { method: 'PUT' });
  expect(response.status).toBe(200);
  expect(await text('empty.ndjson')).toBe('');
  expect(created).toMatchObject([{ key: 'empty.ndjson', size: 0 }]);
});

it('an object is taken as it is, as a form too, which curl --data-binary says it sends', async () => {
  const { url, text } = await startBucket();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${url}/${Bucket}/a.csv`, { method: 'PUT', headers, body: 'image_id\na=b&c\n' });
  expect([response.status, await text('a.csv')]).toEqual([200, 'image_id\na=b&c\n']);
});

it('a signed URL is good for as long as it says', async () => {
  const { url, put } = await startBucket();
  await put('report.json', '{}');
  const signed = (agoMs: number) => {
    const date = new Date(Date.now() - agoMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    return fetch(`${url}/${Bucket}/report.json?X-Amz-Date=${date}&X-Amz-Expires=900`);
  };
  const [good, over] = [await signed(600_000), await signed(902_000)];
  expect([good.status, over.status]).toEqual([200, 403]);
  expect(await over.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
});
