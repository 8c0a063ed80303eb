import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFeedLedger } from '../../../functions/adapters/ledger/batches/feeding.ts';
import { BUCKET, startBatchBench } from '../../support/batch-bench.ts';
import { feedBatch } from '../../support/feed-batch.ts';

let bench: Awaited<ReturnType<typeof startBatchBench>>;
beforeAll(async () => {
  bench = await startBatchBench();
});
afterAll(() => bench.stop());

let names = 0;
/** A batch of images of its own. @returns its path */
async function create(count = 4, partner = 'acme', header = 'image_id;rating'): Promise<string> {
  names += 1;
  const rows = Array.from({ length: count }, (_, index) => `house-${names}-${index + 1};${index}`);
  const { body } = await bench.open().csv(`${header}\n${rows.join('\n')}\n`, { name: `b${names}.csv` }, partner);
  return `/v3/batches/${body.batch_id}`;
}
const idOf = (path: string) => path.split('/').at(-1) ?? '';
const UNKNOWN = '/v3/batches/b_00000000000000000000000000000000';

describe('batches are listed', () => {
  it('newest first and page by page: a partner its own, an operator everybody’s or one partner’s', async () => {
    const { get } = bench.open();
    const paths = [];
    for (const partner of ['acme', 'globex', 'desk', 'acme']) {
      bench.clock.set(bench.clock.now() + 1000);
      paths.push(await create(1, partner));
    }
    const idsOf = ({ body }: Awaited<ReturnType<typeof get>>) =>
      body.batches.map(({ batch_id }: { batch_id: string }) => batch_id);
    const [one, two, three, four] = paths.map(idOf);
    const first = await get('/v3/batches', { limit: '1' });
    const second = await get('/v3/batches', { limit: '1', cursor: first.body.next_cursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual([four, one]);
    expect(idsOf(await get('/v3/batches', { limit: '4' }, 'desk'))).toEqual([four, three, two, one]);
    expect(idsOf(await get('/v3/batches', { partner: 'globex' }, 'desk'))).toEqual([two]);
    expect(idsOf(await get('/v3/batches', { partner: 'service' }, 'desk'))).toEqual([three]);
    expect((await get('/v3/batches', { partner: 'globex' })).status).toBe(400);
  });

  it('by state, over as many reads as that takes', async () => {
    const { get, post } = bench.open();
    const paused = await create(1);
    await post(`${paused}/pause`);
    for (let count = 0; count < 3; count += 1) {
      bench.clock.set(bench.clock.now() + 1000);
      await create(1);
    }
    const { body } = await get('/v3/batches', { state: 'paused', limit: '1' });
    expect(body.batches).toMatchObject([{ batch_id: idOf(paused), state: 'paused' }]);
  });

  it.each([
    ['state', { state: 'done' }, /state must be one of checking, running/],
    ['limit', { limit: '101' }, /limit must be a whole number from 1 to 100/],
    ['cursor', { cursor: 'garbage' }, /cursor must be the next_cursor/],
  ])('not with a %s that is none', async (_, query, detail) => {
    const { status, body } = await bench.open().get('/v3/batches', query);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(detail)]);
  });
});

describe('a batch', () => {
  it('shows its counts, what it waits for, its pace and its expected end', async () => {
    const path = await create(4);
    await feedBatch(bench, idOf(path), ['started', 'not_found', 'queued']);
    const { body } = await bench.open({ dailyLimit: 1 }).get(path);
    expect(body.counts).toEqual({
      total: 4,
      rejected: 0,
      waiting: 1,
      cancelled: 0,
      queued: 1,
      started: 1,
      finished: 0,
      failed: 1,
    });
    expect(body).toMatchObject({ state: 'running', finished_at: null, problems: [], waits_for: null });
    expect(body.expected_end).toMatch(/Z$/);
    // Of a limit of none, which an account without calls left has, batches wait.
    const paused = await bench.open({ dailyLimit: 500, dynamo: pausedAccount }).get(path);
    expect(paused.body.waits_for).toMatchObject({ reason: 'daily_limit', until: '2026-11-23T00:00:00.000Z' });
  });

  it.each([
    ['of another partner', () => create(1, 'globex')],
    ['that nobody has', async () => UNKNOWN],
    ['whose id is none', async () => '/v3/batches/budget'],
  ])('%s is a 404, whatever is asked of it', async (_, path) => {
    const { call, get } = bench.open();
    const asked = await path();
    for (const part of ['', '/requests', '/results']) expect((await get(`${asked}${part}`)).status).toBe(404);
    for (const part of ['/retry', '/pause', '/resume', '/cancel']) {
      expect((await call({ method: 'POST', path: `${asked}${part}` })).status).toBe(404);
    }
  });

  it('of a partner is shown to an operator', async () => {
    const path = await create(1, 'globex');
    expect((await bench.open().get(path, undefined, 'desk')).body.partner).toBe('globex');
  });

  it('with a key that is none is a 401, and a route that is none is a 404', async () => {
    const { get, call } = bench.open();
    expect((await get(UNKNOWN, undefined, 'nobody')).status).toBe(401);
    expect((await call({ method: 'DELETE', path: UNKNOWN })).body.detail).toContain(
      'there are POST and GET /v3/batches',
    );
  });
});

/** The window's count says that all of it is used. */
const pausedAccount = async (command: object, send: (command: never) => Promise<unknown>) => {
  const { Key } = (command as { readonly input: { readonly Key?: { readonly id: { readonly S: string } } } }).input;
  if (!Key?.id.S.startsWith('budget:')) return send(command as never);
  return { Item: { id: Key.id, used: { N: '500' }, used_by_bulk: { N: '450' } } };
};

describe('its lines', () => {
  it('are shown in the order of the file, page by page, each with what has become of it', async () => {
    const path = await create(4);
    await feedBatch(bench, idOf(path), ['started', 'not_found', 'queued']);
    const { get } = bench.open();
    const first = await get(`${path}/requests`, { limit: '3' });
    expect(first.body.requests).toMatchObject([
      { line: 2, state: 'started', attempts: 1, started_at: expect.any(String) },
      {
        line: 3,
        state: 'failed',
        code: 'not_found',
        reason: 'there is no such image',
        finished_at: expect.any(String),
      },
      { line: 4, state: 'queued', attempts: 0, request_id: expect.stringMatching(/^upload:/) },
    ]);
    const rest = await get(`${path}/requests`, { limit: '3', cursor: first.body.next_cursor });
    expect(rest.body).toEqual({ requests: [{ line: 5, image_id: expect.any(String), state: 'waiting', attempts: 0 }] });
  });

  it('that failed come from the index, by code too', async () => {
    const path = await create(5);
    await feedBatch(bench, idOf(path), ['not_found', 'started', 'not_found', 'not_found', 'started']);
    const { get } = bench.open();
    const linesOf = ({ body }: Awaited<ReturnType<typeof get>>) =>
      body.requests.map(({ line }: { line: number }) => line);
    const first = await get(`${path}/requests`, { state: 'failed', limit: '2' });
    const second = await get(`${path}/requests`, { state: 'failed', limit: '2', cursor: first.body.next_cursor });
    expect([linesOf(first), linesOf(second), second.body.next_cursor]).toEqual([[2, 4], [5], undefined]);
    expect(linesOf(await get(`${path}/requests`, { state: 'failed', code: 'gave_up' }))).toEqual([]);
    expect(linesOf(await get(`${path}/requests`, { code: 'not_found' }))).toEqual([2, 4, 5]);
  });

  it('that are refused say why', async () => {
    const { csv, get } = bench.open();
    const { body } = await csv('image_id;rating\na;9\nb;1\n', { name: 'refused.csv' });
    const { body: page } = await get(`/v3/batches/${body.batch_id}/requests`, { state: 'rejected' });
    expect(page.requests).toMatchObject([
      { line: 2, state: 'rejected', code: 'invalid_request', reason: expect.stringContaining('rating') },
    ]);
  });

  it('are looked at in bounded number: a page may be empty and have a next one', async () => {
    const path = await create(2500);
    const { get } = bench.open();
    const first = await get(`${path}/requests`, { state: 'finished' });
    expect([first.body.requests, first.body.next_cursor]).toEqual([[], expect.any(String)]);
    const last = await get(`${path}/requests`, { state: 'finished', cursor: first.body.next_cursor });
    expect(last.body).toEqual({ requests: [] });
  });

  it.each(['garbage', 'W10', 'WyJhIl0', 'WzEsMF0', 'Wy0xXQ'])('are not shown from the place %s', async (cursor) => {
    const path = await create(1);
    const { status, body } = await bench.open().get(`${path}/requests`, { cursor });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('cursor must be the next_cursor')]);
  });

  it('are gone with their file', async () => {
    const path = await create(1);
    const gone = async (command: object, send: (command: never) => Promise<unknown>) =>
      command.constructor.name === 'GetObjectCommand'
        ? Promise.reject(Object.assign(new Error('gone'), { $metadata: { httpStatusCode: 404 } }))
        : send(command as never);
    const { get } = bench.open({ s3: gone as never });
    for (const part of ['requests', 'results']) {
      expect((await get(`${path}/${part}`)).body.detail).toContain('cannot be read any more');
    }
  });
});

describe('its file', () => {
  it('that this service may not read is no caller’s fault: a person has to repair that', async () => {
    const path = await create(1);
    const forbidden = (command: object, send: (command: never) => Promise<unknown>) =>
      command.constructor.name === 'GetObjectCommand'
        ? Promise.reject(Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } }))
        : send(command as never);
    const { get } = bench.open({ s3: forbidden as never });
    for (const part of ['requests', 'results']) {
      const { status, body } = await get(`${path}/${part}`);
      expect([status, body.detail]).toEqual([503, expect.stringContaining('make the same call again')]);
    }
  });
});

describe('its results', () => {
  it('are the rows as they came, with what has become of each so far', async () => {
    const path = await create(2);
    await feedBatch(bench, idOf(path), ['not_found']);
    const { status, headers, text } = await bench.open().get(`${path}/results`);
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const [header, failed, waiting] = text.split('\r\n');
    expect(header).toContain('image_id;rating;request_id;state;code;reason;attempts;started_at;finished_at');
    expect(failed).toMatch(/^house-\d+-1;0;upload:[0-9a-f]{64};failed;not_found;there is no such image;1;;/);
    expect(waiting).toMatch(/^house-\d+-2;1;;waiting;;;/);
  });

  it('are a file in the bucket once it has ended, which needs no key', async () => {
    const path = await create(1);
    await feedBatch(bench, idOf(path), ['not_found'], true);
    const { file } = (await bench.batches.find(idOf(path), bench.limits)) ?? {};
    const Key = `reports/${file?.key}/${file?.version}-results.csv`;
    await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'the results' }));
    const { status, headers } = await bench.open().get(`${path}/results`);
    expect([status, headers['cache-control']]).toEqual([302, 'no-store']);
    expect(new URL(headers.location ?? '').searchParams.get('X-Amz-Expires')).toBe('900');
    expect(await (await fetch(headers.location ?? '')).text()).toBe('the results');
  });

  it('are too long for a response while more than 20,000 lines run', async () => {
    const { post, get } = bench.open();
    const image_ids = Array.from({ length: 20_001 }, (_, index) => `image-${index}`);
    const { body } = await post('/v3/batches', { image_ids, preferences: {}, name: 'long' });
    const { status, body: problem } = await get(`/v3/batches/${body.batch_id}/results`);
    expect([status, problem.code]).toEqual([409, 'results_too_long']);
  });
});

describe('a batch is steered', () => {
  it('paused and resumed, as often as one likes', async () => {
    const path = await create(2);
    const { post, woken } = bench.open();
    for (const [action, state] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['resume', 'running'],
    ]) {
      const { status, body } = await post(`${path}/${action}`);
      expect([status, body.state]).toEqual([200, state]);
    }
    expect(woken.length).toBeGreaterThan(0);
  });

  it('though the feeder cannot be woken, which looks by itself within a minute', async () => {
    const path = await create(1);
    const { post } = bench.open({ events: () => Promise.reject(new Error('away')) });
    const { status, body } = await post(`${path}/pause`);
    expect([status, body.state]).toEqual([200, 'paused']);
  });

  it('cancelled, and then no end is expected of it any more', async () => {
    const path = await create(4);
    const { get, post } = bench.open();
    expect((await get(path)).body).toMatchObject({ expected_end: expect.any(String), pace: expect.any(Object) });
    const { body } = await post(`${path}/cancel`);
    expect([body.expected_end, body.pace]).toEqual([null, undefined]);
  });

  it('cancelled, twice too, with what it is too late for', async () => {
    const path = await create(4);
    await feedBatch(bench, idOf(path), ['started', 'queued']);
    const { post } = bench.open();
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await post(`${path}/cancel`);
      expect([status, body.state, body.counts.cancelled]).toEqual([200, 'cancelled', 2]);
      expect(body.note).toBe(
        '2 of its lines are not sent; it is too late for 2, which were sent before and end as usual (queued 1, started 1, ended 0)',
      );
    }
    const resumed = await post(`${path}/resume`);
    expect([resumed.status, resumed.body.state]).toEqual([409, 'cancelled']);
    expect(resumed.body.detail).toContain('cannot be undone');
  });

  it.each(['pause', 'resume', 'cancel'])('no more once it is finished: %s', async (action) => {
    const path = await create(1);
    await feedBatch(bench, idOf(path), ['not_found'], true);
    const { status, body } = await bench.open().post(`${path}/${action}`);
    expect([status, body.detail]).toEqual([409, 'the batch is finished: all its lines have ended']);
  });

  it('while the ledger is away the caller learns that the same call does nothing twice', async () => {
    const path = await create(1);
    const noUpdate = (command: object, send: (command: never) => Promise<unknown>) =>
      command.constructor.name === 'UpdateItemCommand' ? Promise.reject(new Error('away')) : send(command as never);
    const { status, body } = await bench.open({ dynamo: noUpdate as never }).post(`${path}/pause`);
    expect([status, body.detail]).toEqual([503, expect.stringContaining('does nothing twice')]);
  });
});

describe('its failed lines are sent again', () => {
  it('as a new batch, without those whose image has a newer request', async () => {
    const path = await create(4);
    await feedBatch(bench, idOf(path), ['not_found', 'started', 'not_found', 'not_found'], true);
    // As if their images were finished: only failed lines are left.
    await finishStarted(path);
    bench.clock.set(bench.clock.now() + 1000);
    const newer = (await bench.open().get(`${path}/requests`)).body.requests[2].image_id;
    const other = await bench.open().post('/v3/batches', [{ image_id: newer, preferences: {} }]);
    await feedBatch(bench, other.body.batch_id, ['queued']);
    const { post } = bench.open();
    const { status, body } = await post(`${path}/retry`);
    expect([status, body.retry_of, body.counts.waiting]).toEqual([202, idOf(path), 2]);
    expect([body.left_out_count, body.left_out]).toMatchObject([1, [{ line: 4, image_id: newer }]]);
    const lines = (await bench.open().get(`/v3/batches/${body.batch_id}/requests`)).body.requests;
    expect(lines.map(({ image_id }: { image_id: string }) => image_id.replace(/house-\d+-/, ''))).toEqual(['1', '4']);
    for (const headers of [{}, { 'idempotency-key': 'another' }]) {
      const again = await post(`${path}/retry`, undefined, { headers });
      expect([again.status, again.body.batch_id]).toEqual([200, body.batch_id]);
    }
    // What the first click has sent is newer than what failed.
    await feedBatch(bench, body.batch_id, ['queued', 'queued']);
    const later = await post(`${path}/retry`);
    expect([later.status, later.body.batch_id]).toEqual([200, body.batch_id]);
  });

  it('not with other preferences or headers, which would be lost', async () => {
    const path = await create(1);
    await feedBatch(bench, idOf(path), ['not_found'], true);
    const { post, woken } = bench.open();
    const { status, body } = await post(`${path}/retry`, { enhance_type: 'neutral' });
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/takes no body.*retry has the preferences/)]);
    const headers = { 'x-api-version': '2025-05-08' };
    expect((await post(`${path}/retry`, undefined, { headers })).status).toBe(400);
    expect((await post(`${path}/pause`, { until: 'tomorrow' })).status).toBe(400);
    expect(woken).toEqual([]);
  });

  it('not while it runs, and not where none failed', async () => {
    const path = await create(2);
    const { post } = bench.open();
    expect((await post(`${path}/retry`)).body).toMatchObject({ code: 'batch_running', batch_id: idOf(path) });
    await feedBatch(bench, idOf(path), ['started', 'started'], true);
    await finishStarted(path);
    expect((await post(`${path}/retry`)).body).toMatchObject({ status: 409, code: 'nothing_to_retry' });
  });
});

describe('a batch over time', () => {
  it('has its counts at each of its points', async () => {
    const path = await create(1);
    const batch = await bench.batches.find(idOf(path), bench.limits);
    if (batch === undefined) throw new Error('there is no batch');
    const at = bench.clock.now();
    const points = [{ at, started: 3, finished: 2, failed: 1 }];
    await createFeedLedger(bench.table).save({ batch: { ...batch, points }, revision: 0, journal: [] }, bench.limits);
    const { body } = await bench.open().get(path);
    expect(body.progress).toEqual([{ at: new Date(at).toISOString(), started: 3, finished: 2, failed: 1 }]);
  });
});

/** Counts the started lines of a batch as finished. */
async function finishStarted(path: string): Promise<void> {
  const batch = await bench.batches.find(idOf(path), bench.limits);
  if (batch === undefined) throw new Error('there is no batch');
  const { started, finished, ...tally } = batch.tally;
  const changed = { ...batch, tally: { ...tally, started: 0, finished: finished + started } };
  await createFeedLedger(bench.table).save({ batch: changed, revision: 1, journal: [] }, bench.limits);
}

describe('the batches of a day', () => {
  it('are so many for a partner: a repeated call, a dry run and a refused file are none', async () => {
    const { csv } = bench.open({ batchesPerDay: 2 });
    const file = (name: string, more: Record<string, string> = {}) =>
      csv('image_id;rating\nlimited;1\n', { name, ...more }, 'globex');
    bench.clock.set(bench.clock.now() + 24 * 60 * 60 * 1000);
    expect((await file('one.csv')).status).toBe(202);
    expect((await file('one.csv')).status).toBe(200);
    expect((await file('two.csv', { dry_run: 'true' })).status).toBe(200);
    expect((await csv('image_id;rating\nbad id!;1\n', { name: 'bad.csv' }, 'globex')).status).toBe(422);
    expect((await file('two.csv')).status).toBe(202);
    const third = await file('three.csv');
    expect([third.status, third.headers['ratelimit-policy']]).toEqual([429, '"batches";q=2;w=86400']);
    expect(third.body.detail).toMatch(/^a partner may make 2 batches a day, and these are used up/);
    expect((await csv('image_id;rating\nlimited;1\n', { name: 'three.csv' }, 'desk')).status).toBe(202);
  });

  it('are those of the partner’s own entry, and one whose file is still to be uploaded counts', async () => {
    const { post, csv } = bench.open({ batchesPerDay: 2 });
    const announce = (name: string) => post('/v3/batches', { upload: { file_name: 'a.csv' }, name }, {}, 'small');
    expect((await announce('one')).status).toBe(202);
    for (const { status } of [await announce('two'), await csv('image_id\nlimited\n', { name: 'two' }, 'small')]) {
      expect(status).toBe(429);
    }
  });
});
