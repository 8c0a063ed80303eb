import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../functions/batch-api/event.ts';
import { BUCKET, startBatchBench } from '../../support/batch-bench.ts';

let bench: Awaited<ReturnType<typeof startBatchBench>>;
beforeAll(async () => {
  bench = await startBatchBench();
});
afterAll(() => bench.stop());

const TABLE = 'Image ID;Enhance Type\na;warm\nb;neutral\n';
const NDJSON = { headers: { 'content-type': 'application/x-ndjson' } };
let names = 0;
/** A name of its own, since the same content under the same name is the same batch. */
const named = () => ({ name: `batch-${++names}.csv` });

async function fileOf(batchId: string): Promise<string> {
  const batch = await bench.batches.find(batchId, bench.limits);
  const { key: Key, version: VersionId } = batch?.file ?? {};
  const { Body } = await bench.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
  return (await Body?.transformToString()) ?? '';
}

describe('a batch that is handed over', () => {
  it('is checked, stored under its owner as it came, and the feeder is told', async () => {
    const { csv, woken } = bench.open();
    const { status, headers, body } = await csv(`${TABLE}bad id!;warm\n`, named());
    expect([status, headers.location]).toEqual([202, `/v3/batches/${body.batch_id}`]);
    expect(body).toMatchObject({
      state: 'running',
      partner: 'acme',
      source: 'http',
      counts: { total: 3, rejected: 1, waiting: 2 },
    });
    expect(body.check.rejections).toMatchObject([{ line: 4 }]);
    expect(body.pace.sentence).toContain('2 images');
    expect(await fileOf(body.batch_id)).toBe(`${TABLE}bad id!;warm\n`);
    const { file } = (await bench.batches.find(body.batch_id, bench.limits)) ?? {};
    expect(file?.key).toBe(`requests/partners/acme/${body.batch_id}/${body.name}`);
    expect(woken).toMatchObject([{ Entries: [{ Source: 'reprocess.test', DetailType: 'Batch Waiting' }] }]);
  });

  it.each(['0', 'false', 'FALSE'])('is no dry run with dry_run=%s', async (dry_run) => {
    expect((await bench.open().csv(TABLE, { ...named(), dry_run })).status).toBe(202);
  });

  it('by an operator belongs to the service', async () => {
    const { body } = await bench.open().csv(TABLE, named(), 'desk');
    const { file, partner } = (await bench.batches.find(body.batch_id, bench.limits)) ?? {};
    expect([file?.key, partner]).toEqual([`requests/service/${body.batch_id}/${body.name}`, undefined]);
  });

  it.each([
    ['lines', '{"image_id":"a","preferences":{}}\n{"image_id":"b","preferences":{"rating":1.0}}\n', NDJSON],
    [
      'an array',
      [
        { image_id: 'a', preferences: {} },
        { image_id: 'b', preferences: { rating: 1 } },
      ],
      {},
    ],
    ['images with preferences for all', { image_ids: ['a', 'b'], preferences: { rating: 1 } }, {}],
    [
      'a file of a known name',
      TABLE,
      { headers: { 'content-type': 'application/octet-stream' }, query: { name: 'x.csv' } },
    ],
    [
      'a body in Base64',
      Buffer.from(TABLE).toString('base64'),
      { headers: { 'content-type': 'text/csv' }, isBase64Encoded: true },
    ],
  ])('may be %s', async (_, body, more) => {
    const response = await bench.open().post('/v3/batches', body, { query: named(), ...more });
    expect([response.status, response.body.counts.waiting]).toEqual([202, 2]);
  });

  it('keeps every digit of preferences', async () => {
    const text = '[{"image_id":"a","preferences":{"metadata":{"id":12345678901234567890,"x":1.0}}}]';
    const { body } = await bench.open().post('/v3/batches', text);
    expect(await fileOf(body.batch_id)).toBe(
      '{"image_id":"a","preferences":{"metadata":{"id":12345678901234567890,"x":1.0}}}\n',
    );
  });

  it('has lines, and not images, where an image comes more than once', async () => {
    const { csv } = bench.open();
    const { sentence } = (await csv('image_id\na\na\nb\n', { dry_run: 'true', name: 'a.csv' })).body.pace;
    expect(sentence).toMatch(/^3 lines, /);
  });

  it('only to be checked stores nothing, and wakes nobody', async () => {
    const { csv, woken } = bench.open();
    const objects = bench.created.length;
    const { status, body } = await csv('image_id,enhance_typ\na,warm\na,warm\n', { ...named(), dry_run: 'true' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dry_run: true, would_be_sent: true, counts: { total: 2, rejected: 0, accepted: 2 } });
    expect(body.warnings.join()).toMatch(/enhance_typ.*did you mean enhance_type\?/);
    expect([woken, bench.created.length]).toEqual([[], objects]);
    expect(
      (await bench.open().get('/v3/batches')).body.batches.map(({ name }: { name: string }) => name),
    ).not.toContain(`batch-${names}.csv`);
  });
});

describe('the same handed over again', () => {
  it('is the same batch, under an Idempotency-Key or under a name', async () => {
    const { csv, post, woken } = bench.open();
    const query = named();
    const [first, again] = [await csv(TABLE, query), await csv(TABLE, query)];
    expect([first.status, again.status, again.body.batch_id]).toEqual([202, 200, first.body.batch_id]);
    expect(again.body.note).toContain('nothing new is sent');
    const headers = { 'idempotency-key': 'spring', 'content-type': 'text/csv' };
    const keyed = await post('/v3/batches', TABLE, { headers });
    const repeated = await post('/v3/batches', TABLE, { headers, query: named() });
    expect([keyed.status, repeated.status, repeated.body.batch_id]).toEqual([202, 200, keyed.body.batch_id]);
    expect(keyed.body.batch_id).not.toBe(first.body.batch_id);
    expect(woken).toHaveLength(2);
  });

  it('by two clicks at once is created once', async () => {
    const { csv, woken } = bench.open();
    const query = named();
    const both = await Promise.all([csv(TABLE, query), csv(TABLE, query)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 202]);
    expect(new Set(both.map(({ body }) => body.batch_id)).size).toBe(1);
    expect(woken).toHaveLength(1);
  });

  it('under a key that stands for other content is refused', async () => {
    const { post } = bench.open();
    const headers = { 'idempotency-key': 'reused', 'content-type': 'text/csv' };
    await post('/v3/batches', TABLE, { headers });
    const { status, body } = await post('/v3/batches', `${TABLE}c;warm\n`, { headers });
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(body.detail).toContain('idempotency key reused');
    const lines = { ...headers, 'content-type': 'application/x-ndjson' };
    const asLines = await post('/v3/batches', TABLE, { headers: lines });
    expect([asLines.status, asLines.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('by another partner is another batch, under a name and under an Idempotency-Key', async () => {
    const { csv, post } = bench.open();
    const headers = { 'idempotency-key': 'of both', 'content-type': 'text/csv' };
    const keyed = [
      await post('/v3/batches', TABLE, { headers }),
      await post('/v3/batches', TABLE, { headers }, 'globex'),
    ];
    expect(keyed.map(({ status }) => status)).toEqual([202, 202]);
    const query = named();
    const [one, other] = [await csv(TABLE, query), await csv(TABLE, query, 'globex')];
    expect([other.status, other.body.batch_id === one.body.batch_id]).toEqual([202, false]);
  });
});

describe('a batch that cannot be taken', () => {
  const json = { headers: { 'content-type': 'application/json' } };
  it.each<[string, unknown, object, number, RegExp]>([
    ['5 MB and one byte', 'x'.repeat(MAX_BODY_BYTES + 1), NDJSON, 413, /at most 5242880 bytes, got 5242881.*"upload"/],
    ['nothing', '', { headers: { 'content-type': 'text/csv' } }, 400, /the body is empty/],
    [
      'a spreadsheet',
      'PK',
      { headers: { 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } },
      415,
      /CSV UTF-8/,
    ],
    ['an archive', 'PK', { headers: { 'content-type': 'application/zip' } }, 415, /unpack it/],
    ['a form', 'a=b', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415, /--data-binary/],
    ['what says nothing of itself', TABLE, { headers: { 'content-type': '' } }, 415, /Content-Type/],
    [
      'a binary body',
      Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0]).toString('base64'),
      { headers: { 'content-type': 'text/csv' }, isBase64Encoded: true },
      422,
      /nothing of the batch can be sent/,
    ],
    [
      'a compressed body',
      TABLE,
      { headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' } },
      415,
      /compressed/,
    ],
    [
      'bytes that were lost on the way',
      'image_id\n\uFFFD\n',
      { headers: { 'content-type': 'text/csv' } },
      400,
      /UTF-8/,
    ],
    [
      'JSON in other bytes than UTF-8',
      Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]).toString('base64'),
      { ...json, isBase64Encoded: true },
      400,
      /UTF-8/,
    ],
    ['no JSON', '{', json, 400, /the body must be JSON/],
    ['JSON that nests too deep', `${'['.repeat(5000)}${']'.repeat(5000)}`, json, 400, /at most \d+ levels deep/],
    [
      'more than a file may hold',
      {
        image_ids: Array.from({ length: 9000 }, (_, index) => `image-${index}`),
        preferences: { metadata: { note: 'x'.repeat(6000) } },
      },
      json,
      413,
      /the requests must be at most/,
    ],
    [
      'a dry run of what is still to be uploaded',
      { upload: { file_name: 'a.csv' } },
      { ...json, query: { dry_run: 'true' } },
      400,
      /is checked when it comes/,
    ],
    ['lines that are called JSON', '{"image_id":"a"}\n{"image_id":"b"}', json, 400, /application\/x-ndjson/],
    ['an empty array', [], json, 422, /the array is empty/],
    ['one request', { image_id: 'a', preferences: {} }, json, 422, /put it into an array/],
    ['JSON of another shape', { images: ['a'] }, json, 422, /the body must be an array of requests/],
    ['a number', 7, json, 422, /got 7/],
    ['no image', { image_ids: [], preferences: {} }, json, 422, /at least one image id/],
    ['images without preferences', { image_ids: ['a'] }, json, 422, /preferences must be/],
    [
      'wrong preferences',
      { image_ids: ['a'], preferences: { rating: 9 } },
      json,
      422,
      /rating must be an integer from 0 to 5, got 9/,
    ],
    ['a member that nobody knows', { image_ids: ['a'], preferences: {}, enhance: true }, json, 422, /got also/],
    [
      'a name with a slash',
      TABLE,
      { headers: { 'content-type': 'text/csv' }, query: { name: 'a/b.csv' } },
      422,
      /without slashes/,
    ],
    [
      'a key that is no key',
      TABLE,
      { headers: { 'content-type': 'text/csv', 'idempotency-key': '\u0001' } },
      400,
      /Idempotency-Key/,
    ],
    [
      'dry_run=maybe',
      TABLE,
      { headers: { 'content-type': 'text/csv' }, query: { dry_run: 'maybe' } },
      400,
      /dry_run must be true or false/,
    ],
    [
      'dryRun=true, which would send it',
      TABLE,
      { headers: { 'content-type': 'text/csv' }, query: { dryRun: 'true' } },
      400,
      /got "dryRun": did you mean dry_run\?/,
    ],
    [
      'with an x-api-version, which only single requests have',
      TABLE,
      { headers: { 'content-type': 'text/csv', 'x-api-version': '2025-05-08' } },
      400,
      /no header x-api-version, got "2025-05-08": put api_version and not_after into each request/,
    ],
    ['a table without image ids', 'name\na\n', { headers: { 'content-type': 'text/csv' } }, 422, /image_id/],
    ['a header alone', 'image_id\n', { headers: { 'content-type': 'text/csv' } }, 422, /nothing of the batch/],
    ['an upload of a spreadsheet', { upload: { file_name: 'a.xlsx' } }, json, 422, /CSV UTF-8/],
    ['an upload of a hidden file', { upload: { file_name: '.a.csv' } }, json, 422, /hidden or temporary/],
    ['an upload without a name', { upload: true }, json, 422, /the string file_name, got true/],
    ['an upload whose name is none', { upload: { file_name: 5 } }, json, 422, /got the file_name 5/],
    ['an upload of nothing', { upload: {} }, json, 422, /got the file_name nothing/],
    [
      'an upload with preferences, which would be lost',
      { upload: { file_name: 'a.csv', preferences: {} } },
      json,
      422,
      /upload may have file_name, got also "preferences"/,
    ],
    ['an array as lines', '[{"image_id":"a","preferences":{}}]', NDJSON, 422, /or send it as application\/json/],
    ['an array in an array', [[{ image_id: 'a', preferences: {} }]], json, 422, /send all requests as one array/],
  ])('because it is %s gets a clear answer, and nothing is stored', async (_, body, more, expected, detail) => {
    const { post, woken } = bench.open();
    const objects = bench.created.length;
    const response = await post('/v3/batches', body, more);
    expect([response.status, response.body.detail]).toEqual([expected, expect.stringMatching(detail)]);
    expect([woken, bench.created.length]).toEqual([[], objects]);
  });

  it('since every line is refused says why, line by line', async () => {
    const { status, body } = await bench.open().csv('image_id,rating\na,9\nbad id!,1\n', named());
    expect([status, body.code, body.rejected]).toEqual([422, 'batch_refused', 2]);
    expect(body.check.rejections.map(({ line }: { line: number }) => line)).toEqual([2, 3]);
  });
});

describe('a file that is uploaded later', () => {
  it('gets a URL for an hour, and is awaited', async () => {
    const { post, get } = bench.open();
    const { status, body } = await post('/v3/batches', { upload: { file_name: 'März 1.csv' }, name: 'march' });
    expect([status, body.state, body.name, body.waits_for.reason]).toEqual([202, 'checking', 'march', 'upload']);
    expect(body.upload.expires_at).toBe(new Date(bench.clock.now() + 3_600_000).toISOString());
    const put = await fetch(body.upload.url, { method: body.upload.method, body: TABLE });
    expect(put.status).toBe(200);
    expect(bench.created.at(-1)?.key).toBe(`requests/partners/acme/${body.batch_id}/march.csv`);
    bench.clock.set(bench.clock.now() + 61 * 60_000);
    const late = await get(`/v3/batches/${body.batch_id}`);
    expect(late.body.problems.join()).toContain('no file was uploaded before the URL expired');
    const results = await get(`/v3/batches/${body.batch_id}/results`);
    expect([results.status, results.headers['retry-after']]).toEqual([409, '5']);
  });

  it('under an Idempotency-Key gets another URL for the same batch', async () => {
    const { post } = bench.open();
    const headers = { 'idempotency-key': 'upload-1' };
    const [first, again] = [
      await post('/v3/batches', { upload: { file_name: 'a.csv' } }, { headers }),
      await post('/v3/batches', { upload: { file_name: 'a.csv' } }, { headers }),
    ];
    expect([again.status, again.body.batch_id]).toEqual([200, first.body.batch_id]);
    expect(again.body.upload.url).toContain(first.body.batch_id);
    const other = await post('/v3/batches', { upload: { file_name: 'b.csv' } }, { headers });
    expect(other.body.code).toBe('idempotency_key_reused');
    await post(`/v3/batches/${first.body.batch_id}/cancel`);
    const cancelled = await post('/v3/batches', { upload: { file_name: 'a.csv' } }, { headers });
    expect([cancelled.status, cancelled.body.state, cancelled.body.upload]).toEqual([200, 'cancelled', undefined]);
  });

  it('under an Idempotency-Key that two calls have at once for different files is one of them', async () => {
    const { post } = bench.open();
    const headers = { 'idempotency-key': 'upload-2' };
    const announce = (name: string) => post('/v3/batches', { upload: { file_name: name } }, { headers });
    const both = await Promise.all([announce('a.csv'), announce('b.csv')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 422]);
    expect(both.find(({ status }) => status === 422)?.body.code).toBe('idempotency_key_reused');
  });
});

describe('while a part of AWS is away', () => {
  const away = async () => Promise.reject(new Error('away'));

  it.each([
    ['the bucket', { s3: away }],
    ['the ledger', { dynamo: away }],
  ])('%s: the caller is told what is safe, and the same call again creates the batch once', async (_, stand) => {
    const query = named();
    const { status, headers, body } = await bench.open(stand).csv(TABLE, query);
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(body.detail).toContain('send it again under the same name, and nothing of it is sent twice');
    expect((await bench.open().csv(TABLE, query)).status).toBe(202);
  });

  it('the bus: the batch is taken all the same, since the feeder comes by itself', async () => {
    const { csv, lines } = bench.open({ events: away });
    expect((await csv(TABLE, named())).status).toBe(202);
    expect(lines.join()).toContain('the feeder could not be woken');
  });

  it('after the file and before the batch: nothing is lost, and the file is put again', async () => {
    const query = named();
    const noPut = (command: object, send: (command: never) => Promise<unknown>) =>
      command.constructor.name === 'PutItemCommand' ? away() : send(command as never);
    expect((await bench.open({ dynamo: noPut as never }).csv(TABLE, query)).status).toBe(503);
    const { status, body } = await bench.open().csv(TABLE, query);
    expect([status, body.counts.waiting]).toEqual([202, 2]);
    expect(await fileOf(body.batch_id)).toBe(TABLE);
  });

  it('without versions a bucket is no place for batches', async () => {
    const unversioned = async (command: object, send: (command: never) => Promise<unknown>) => {
      const output = await send(command as never);
      return command instanceof PutObjectCommand ? {} : output;
    };
    expect((await bench.open({ s3: unversioned as never }).csv(TABLE, named())).status).toBe(503);
  });
});
