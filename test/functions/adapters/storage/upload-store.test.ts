import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createUploadStore } from '../../../../functions/adapters/storage/upload-store.ts';
import { UploadForbidden, UploadGone } from '../../../../functions/core/batch/ports.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { systemUploadRuntime } from '../../../../functions/upload-runtime.ts';
import { clientSettings } from '../../../../local/aws-clients.ts';
import { type Queues, startQueues } from '../../../../local/queues.ts';
import { plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const limits = plentyOfTime(standingClock());
const MIB = 1024 * 1024;

let server: Queues;
beforeAll(async () => {
  server = await startQueues();
  server.createBuckets(['uploads'], () => {});
});
afterAll(() => server.close());

interface Call {
  readonly name: string;
  readonly input: { readonly Body?: Uint8Array; readonly [member: string]: unknown };
}

/** A store over the real protocol, and what it asks for. */
function openStore() {
  const s3 = new S3Client({ ...clientSettings(server.url), forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  const calls: Call[] = [];
  const send = ((command: GetObjectCommand, options: object) => {
    calls.push({ name: command.constructor.name, input: command.input as unknown as Call['input'] });
    return s3.send(command, options);
  }) as S3Client['send'];
  return { store: createUploadStore({ send }), calls, s3 };
}

async function* piecesOf(count: number, piece: string): AsyncGenerator<string> {
  for (let n = 0; n < count; n += 1) yield piece;
}

describe('an object that is written', () => {
  it.each([
    ['nothing', 0, 'x', ['PutObjectCommand']],
    ['less than a part', 1, 'x'.repeat(5 * MIB - 1), ['PutObjectCommand']],
    [
      'many parts, the last of them short',
      13,
      'ä'.repeat(MIB / 2),
      ['CreateMultipartUploadCommand', ...Array(3).fill('UploadPartCommand'), 'CompleteMultipartUploadCommand'],
    ],
    [
      'whole parts and no more',
      10,
      'x'.repeat(MIB),
      ['CreateMultipartUploadCommand', ...Array(2).fill('UploadPartCommand'), 'CompleteMultipartUploadCommand'],
    ],
  ])('out of %s, is what it was made of', async (_, count, piece, names) => {
    const { store, calls, s3 } = openStore();
    await store.write('uploads', 'reports/x.ndjson', piecesOf(count, piece), limits);
    expect(calls.map(({ name }) => name)).toEqual(names);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'reports/x.ndjson' }));
    const text = (await Body?.transformToString()) ?? '';
    expect([text.length, text === piece.repeat(count)]).toEqual([count * piece.length, true]);
  });

  it('in parts has no part below 5 MiB except the last, with one part in memory', async () => {
    const { store, calls } = openStore();
    let made = 0;
    async function* pieces(): AsyncGenerator<string> {
      for (; made < 16; made += 1) {
        const sent = calls.reduce((sum, { input }) => sum + (input.Body?.length ?? 0), 0);
        expect(made * MIB - sent).toBeLessThan(6 * MIB);
        yield 'x'.repeat(MIB);
      }
    }
    await store.write('uploads', 'reports/parts.ndjson', pieces(), limits);
    expect(calls.flatMap(({ input }) => input.Body?.length ?? [])).toEqual([5, 5, 5, 1].map((each) => each * MIB));
  });

  // S3 refuses a part with a checksum that its upload did not announce; the SDK gives every part one, and announces none.
  it('in parts announces the checksum that the SDK gives each part, and names them all in the end', async () => {
    const { store, calls } = openStore();
    await store.write('uploads', 'reports/sums.ndjson', piecesOf(11, 'x'.repeat(MIB)), limits);
    expect(calls[0]?.input).toMatchObject({ ChecksumAlgorithm: 'CRC32' });
    const part = { ETag: expect.any(String), ChecksumCRC32: expect.stringMatching(/^[\w+/]{6}==$/) };
    const Parts = [1, 2, 3].map((PartNumber) => ({ ...part, PartNumber }));
    expect(calls.at(-1)?.input.MultipartUpload).toEqual({ Parts });
  });

  it.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['ndjson', 'application/x-ndjson'],
    ['json', 'application/json'],
  ])('has the type of its name, at once or in parts: .%s', async (extension, type) => {
    const { store, calls } = openStore();
    for (const mebibytes of [1, 6])
      await store.write('uploads', `reports/typed.${extension}`, piecesOf(mebibytes, 'x'.repeat(MIB)), limits);
    const beginnings = calls.filter(({ name }) => ['PutObjectCommand', 'CreateMultipartUploadCommand'].includes(name));
    expect(beginnings.map(({ input }) => input.ContentType)).toEqual([type, type]);
  });

  it('out of what fails while it is made fails in the same way, and is not there', async () => {
    const { store } = openStore();
    async function* broken(): AsyncGenerator<string> {
      yield 'x'.repeat(6 * MIB);
      throw new Error('the lease is lost');
    }
    await expect(store.write('uploads', 'reports/broken.ndjson', broken(), limits)).rejects.toThrow(
      'the lease is lost',
    );
    const gone = { bucket: 'uploads', key: 'reports/broken.ndjson', version: 'null' };
    await expect(store.read(gone, 0, 1, limits)).rejects.toMatchObject({ code: 'upload_gone' });
  });
});

describe('an object that is read', () => {
  const upload = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const object = { Bucket: 'uploads', Key: 'requests/a.csv', VersionId: 'v1' };

  /** A store over an S3 that answers this, and what it is asked. */
  function answering(answer: object) {
    const inputs: object[] = [];
    const send = async ({ input }: { readonly input: object }) => {
      inputs.push(input);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { store: createUploadStore({ send: send as never }), inputs };
  }
  const refusal = (status: number, name: string) =>
    Object.assign(new Error('refused'), { name, $metadata: { httpStatusCode: status } });

  it('is read in its own version, as many bytes as were asked for', async () => {
    const { store, inputs } = answering({ ContentRange: 'bytes 10-12/99', Metadata: { partner: 'acme' } });
    expect((await store.read(upload, 10, 3, limits)).size).toBe(99);
    expect(await store.metadata(upload, limits)).toEqual({ partner: 'acme' });
    expect(inputs).toEqual([{ ...object, Range: 'bytes=10-12' }, object]);
  });

  it('has its size where nothing is left of it', async () => {
    const { store } = answering(refusal(416, 'InvalidRange'));
    expect(await store.read(upload, 13, 5, limits)).toEqual({ bytes: new Uint8Array(0), size: 13 });
  });

  it.each([
    [404, 'NoSuchKey', UploadGone],
    [403, 'AccessDenied', UploadForbidden],
    [403, 'SignatureDoesNotMatch', DependencyUnavailable],
    [403, 'RequestTimeTooSkewed', DependencyUnavailable],
    [503, 'SlowDown', DependencyUnavailable],
  ])('and refused with %d %s is told apart', async (status, name, kind) => {
    const { store } = answering(refusal(status, name));
    await expect(store.read(upload, 0, 1, limits)).rejects.toBeInstanceOf(kind);
    await expect(store.metadata(upload, limits)).rejects.toBeInstanceOf(kind);
  });

  it('and kept in an archive says so: no permission would help', async () => {
    const { store } = answering(refusal(403, 'InvalidObjectState'));
    const read = store.read(upload, 0, 1, limits);
    await expect(read).rejects.toBeInstanceOf(UploadForbidden);
    await expect(read).rejects.toThrow('in an archive, where it cannot be read (403): restore it');
  });

  it('from an S3 that stops responding is aborted, so that the run is retried', async () => {
    const silent = createServer((_request, response) => {
      response.writeHead(206, { 'content-length': '1000', 'content-range': 'bytes 0-999/1000' });
      response.write('half');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.closeAllConnections());
    onTestFinished(() => void silent.close());
    await new Promise((resolve) => silent.once('listening', resolve));
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'us-east-1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const store = createUploadStore({ send: systemUploadRuntime().s3 });
    const read = store.read({ bucket: 'uploads', key: 'requests/a.csv', version: 'v' }, 0, 1000, limits);
    await expect(read).rejects.toMatchObject({ dependency: 'uploads bucket' });
  });
});
