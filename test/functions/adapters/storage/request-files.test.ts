import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRequestFiles } from '../../../../functions/adapters/storage/request-files.ts';
import { createUploadStore } from '../../../../functions/adapters/storage/upload-store.ts';
import { signerOf } from '../../../../functions/batch-runtime.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { clientSettings } from '../../../../local/aws-clients.ts';
import type { CreatedObject } from '../../../../local/queues/versioned-store.ts';
import { type Queues, startQueues } from '../../../../local/queues.ts';
import { plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const limits = plentyOfTime(standingClock());
const created: CreatedObject[] = [];
let server: Queues;
beforeAll(async () => {
  server = await startQueues();
  server.createBuckets(['uploads'], (object) => created.push(object));
});
afterAll(() => server.close());

function open() {
  const settings = { ...clientSettings(server.url), forcePathStyle: true };
  const s3 = new S3Client(settings);
  const signer = signerOf(settings);
  onTestFinished(() => {
    s3.destroy();
    signer.destroy();
  });
  const send = s3.send.bind(s3);
  return { files: createRequestFiles({ send, signer, bucket: 'uploads' }), store: createUploadStore({ send }) };
}

describe('a request file', () => {
  it('that is put is named by its version, and stays what it was when the key is put again', async () => {
    const { files, store } = open();
    const first = await files.put('requests/a.csv', Buffer.from('first'), limits);
    const second = await files.put('requests/a.csv', Buffer.from('second'), limits);
    expect(second.version).not.toBe(first.version);
    expect(String(Buffer.from((await store.read(first, 0, 10, limits)).bytes))).toBe('first');
  });

  it('is taken by its URL from whoever has it, and not when its time is over', async () => {
    const { files } = open();
    const url = await files.uploadUrl('requests/partners/acme/b_1/a b.csv', 60);
    // The checksum of a body that nobody knows yet would have S3 refuse it.
    expect(url).not.toMatch(/checksum/i);
    const put = await fetch(url, { method: 'PUT', body: 'image_id\na\n' });
    expect(put.status).toBe(200);
    expect(created.at(-1)).toMatchObject({ key: 'requests/partners/acme/b_1/a b.csv', size: 11 });
    const expired = url.replace('X-Amz-Expires=60', 'X-Amz-Expires=-1');
    const late = await fetch(expired, { method: 'PUT', body: 'late' });
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });

  it('is put with the type of its name, and not into a bucket that keeps no versions', async () => {
    const inputs: { readonly ContentType?: string }[] = [];
    const put = (key: string, VersionId?: string) => {
      const send = async ({ input }: { readonly input: object }) => {
        inputs.push(input);
        return { VersionId };
      };
      const parts = { send: send as never, signer: undefined as never, bucket: 'uploads' };
      return createRequestFiles(parts).put(key, Buffer.from('x'), limits);
    };
    for (const end of ['csv', 'ndjson', 'json']) await put(`requests/a.${end}`, 'v1');
    const types = ['text/csv', 'application/x-ndjson', 'application/json'];
    expect(inputs.map(({ ContentType }) => ContentType)).toEqual(types);
    await expect(put('requests/a.csv')).rejects.toBeInstanceOf(DependencyUnavailable);
  });

  it('is not put when the bucket is away', async () => {
    const { files } = open();
    const { files: away } = {
      files: createRequestFiles({
        send: (async () => Promise.reject(new Error('away'))) as never,
        signer: undefined as never,
        bucket: 'uploads',
      }),
    };
    await expect(away.put('requests/a.csv', Buffer.from('x'), limits)).rejects.toBeInstanceOf(DependencyUnavailable);
    await expect(away.downloadUrl('reports/a', 'a', 1, limits)).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await files.downloadUrl('reports/none.csv', 'none.csv', 60, limits)).toBeUndefined();
  });

  it('has a URL that gives its results under a name of their own', async () => {
    const { files } = open();
    await files.put('reports/a/1-results.csv', Buffer.from('line\n1\n'), limits);
    const url = await files.downloadUrl('reports/a/1-results.csv', 'frühling.csv', 60, limits);
    const { searchParams } = new URL(url ?? '');
    expect(searchParams.get('response-content-disposition')).toContain('fr%C3%BChling.csv');
    expect(searchParams.get('X-Amz-Expires')).toBe('60');
    expect(url).not.toMatch(/checksum/i);
    expect(await (await fetch(url ?? '')).text()).toBe('line\n1\n');
  });
});
