import { expect, it } from 'vitest';
import { runHere } from './support/run-here.ts';
import { BATCH, BUDGET, batchOf, stubService } from './support/stub-service.ts';

it('a list says that there are more, and reads one page for it', async () => {
  const { env, calls } = await stubService({
    'GET /v3/batches': ({ url }) => {
      const limit = Number(url.searchParams.get('limit'));
      return [200, { batches: Array.from({ length: limit }, () => batchOf(50)), next_cursor: 'more' }];
    },
  });
  const { code, stdout, stderr } = await runHere(['batch', 'list', '--limit', '2'], env);
  expect([code, stdout.trim().split('\n').length]).toEqual([0, 2]);
  expect(stderr).toBe('There are more: --limit 4, or --limit all.\n');
  expect(calls).toHaveLength(1);
});

it('a list of batches counts what has ended of what can be sent', async () => {
  const counts = { ...batchOf(50, 3).counts, rejected: 10, cancelled: 7 };
  const created_at = new Date(Date.now() - 3.5 * 3_600_000).toISOString();
  const batch = batchOf(50, 3, { counts, created_at, partner: 'acme' });
  const { env, calls } = await stubService({ 'GET /v3/batches': () => [200, { batches: [batch], next_cursor: null }] });
  const { stdout } = await runHere(['batch', 'list', '--state', 'running', '--partner', 'acme'], env);
  expect(stdout).toBe(`${[BATCH, 'running', '60', '90', '3', 'spring.csv', '3h', 'acme'].join('\t')}\n`);
  expect(calls[0]?.url.search).toBe('?state=running&partner=acme&limit=21');
});

it('a list of requests shows of each what it is and where it came from', async () => {
  const request = {
    image_id: 'house',
    life: 'failed',
    accepted_at: new Date(Date.now() - 3.5 * 3_600_000).toISOString(),
    error_code: 'gave_up',
    source: 'sqs',
    request_id: 'sqs:1',
    batch_id: BATCH,
    partner: 'acme',
  };
  const { env } = await stubService({ 'GET /v3/requests': () => [200, { requests: [request], next_cursor: null }] });
  const cells = ['house', 'failed', '3h', 'gave_up', 'sqs', 'sqs:1', BATCH, 'acme'];
  for (const words of [
    ['request', 'list'],
    ['dead', 'list'],
  ]) {
    expect((await runHere(words, env)).stdout).toBe(`${cells.join('\t')}\n`);
  }
});

it.each<readonly [string, readonly string[], string]>([
  ['GET /v3/requests', ['dead', 'list', '--code', 'gave_up'], '?state=failed&code=gave_up&limit=100'],
  [
    'GET /v3/requests',
    [
      'request',
      'list',
      '--state',
      'failed',
      '--code',
      'gave_up',
      '--source',
      'sqs',
      '--image',
      'house',
      '--partner',
      'a',
    ],
    '?state=failed&code=gave_up&source=sqs&image=house&partner=a&limit=21',
  ],
  ['GET /v3/requests', ['request', 'list', '--since', '2026-11-22'], '?since=2026-11-22T00%3A00%3A00.000Z&limit=21'],
  ['GET /v3/images/house/requests', ['image', 'house', '--limit', '5'], '?limit=6'],
  [
    'GET /v3/callback/deliveries',
    ['callback', 'deliveries', '--partner', 'acme', '--request', 'http:1'],
    '?partner=acme&request_id=http%3A1&limit=21',
  ],
])('%s is asked for what the options of %j say', async (route, words, search) => {
  const { env, calls } = await stubService({ [route]: () => [200, { requests: [], next_cursor: null }] });
  expect((await runHere(words, env)).code).toBe(0);
  expect(calls.map(({ url }) => url.search)).toEqual([search]);
});

it.each([
  ['--state', 'failed', '?state=failed&limit=21'],
  ['--code', 'gave_up', '?code=gave_up&limit=21'],
])('%s shows lines of a batch without being told so', async (option, value, search) => {
  const path = `/v3/batches/${BATCH}`;
  const line = {
    line: 7,
    state: 'failed',
    image_id: 'house',
    code: 'gave_up',
    reason: 'no answer',
    request_id: 'http:1',
  };
  const { env, calls } = await stubService({
    [`GET ${path}`]: () => [200, batchOf(50)],
    [`GET ${path}/requests`]: () => [200, { requests: [line], next_cursor: null }],
  });
  const { stdout, stderr } = await runHere(['batch', 'show', BATCH, option, value], env);
  expect([stdout, stderr]).toEqual(['7\tfailed\thouse\tgave_up\tno answer\thttp:1\n', '']);
  expect(calls.at(-1)?.url.search).toBe(search);
  const json = await runHere(['batch', 'show', BATCH, option, value, '--json'], env);
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each)),
  ).toEqual([line]);
});

/** What the service says of a request that it was just given. */
const NEW = { state: 'accepted', attempts: 0 };

it('what failed is sent again by a key once, and the oldest first', async () => {
  const [newer, older] = ['1', '2'].map((digit) => `http:${digit.repeat(64)}`);
  const retry = (id: string | undefined) => `POST /v3/requests/${encodeURIComponent(id ?? '')}/retry`;
  const { env, calls } = await stubService({
    'GET /v3/requests': () => [200, { requests: [{ request_id: newer }, { request_id: older }], next_cursor: null }],
    [retry(newer)]: () => [202, { request_id: 'http:new', ...NEW }],
    [retry(older)]: () => [202, { request_id: 'http:old', ...NEW }],
  });
  const words = ['dead', 'resubmit', older ?? '', '--code', 'gave_up', '--yes'];
  const again = ['dead', 'resubmit', '--code', 'gave_up', '--yes'];
  expect((await runHere(again, env)).stdout.split('\n').map((line) => line.split('  ')[1])).toEqual([
    `${older} as http:old`,
    `${newer} as http:new`,
    undefined,
  ]);
  calls.length = 0;
  await runHere(words, env);
  const posts = calls.filter(({ method }) => method === 'POST');
  expect(posts.map(({ url }) => decodeURIComponent(url.pathname.split('/')[3] ?? ''))).toEqual([older, newer]);
});

const FAILED = `http:${'1'.repeat(64)}`;

it.each([
  [NEW, 'sent'],
  [{ state: 'accepted', attempts: 1 }, 'sent before'],
  [{ state: 'failed', attempts: 0 }, 'sent before'],
])('what was sent again by a key is told as new or as known: %j is %s', async (again, result) => {
  const { env } = await stubService({
    [`POST /v3/requests/${encodeURIComponent(FAILED)}/retry`]: () => [202, { request_id: 'http:again', ...again }],
  });
  const ran = await runHere(['dead', 'resubmit', FAILED, '--yes'], env);
  expect([ran.code, ran.stdout]).toEqual([0, `${result}  ${FAILED} as http:again\n`]);
});

it.each([
  ['failed', FAILED, 0, `would be sent  ${FAILED}`],
  ['started', FAILED, 1, `refused  ${FAILED}: it is started, and only what failed is sent again`],
  [
    'failed',
    'http:2',
    1,
    `refused  ${FAILED}: its image house has a newer request (http:2), maybe this one sent again`,
  ],
])('what would become of one that is %s is told by a key, where the newest is %s', async (life, newest, code, text) => {
  const { env, calls } = await stubService({
    [`GET /v3/requests/${encodeURIComponent(FAILED)}`]: () => [200, { request_id: FAILED, image_id: 'house', life }],
    'GET /v3/images/house/requests': () => [200, { requests: [{ request_id: newest }], next_cursor: 'more' }],
  });
  const ran = await runHere(['dead', 'resubmit', FAILED, '--dry-run'], env);
  expect([ran.code, ran.stdout]).toEqual([code, `${text}\n`]);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it.each([
  [5, undefined],
  [6, 'and 1 more: --state rejected'],
])('a batch of which %i lines were refused names the first five', async (rejected, more) => {
  const rejections = Array.from({ length: rejected }, (_, index) => ({ line: index + 2, detail: 'bad' }));
  const batch = batchOf(50, 0, { counts: { ...batchOf(50).counts, rejected }, check: { rejections } });
  const { env } = await stubService({ [`GET /v3/batches/${BATCH}`]: () => [200, batch] });
  const { stdout } = await runHere(['batch', 'show', BATCH], env);
  expect(JSON.parse((await runHere(['batch', 'show', BATCH, '--json'], env)).stdout)).toEqual(batch);
  const named = [2, 3, 4, 5, 6].map((line) => `refused: line ${line}: bad`);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(-5 - (more ? 1 : 0)),
  ).toEqual([...named, ...(more ? [more] : [])]);
});

it('a batch tells once what a refused line says of itself, and of its file', async () => {
  const detail = 'line 4 opens a quote that is never closed';
  const check = { rejections: [{ line: 4, detail }] };
  const batch = batchOf(50, 0, { counts: { ...batchOf(50).counts, rejected: 1 }, check, problems: [detail] });
  const { env } = await stubService({ [`GET /v3/batches/${BATCH}`]: () => [200, batch] });
  const { stdout } = await runHere(['batch', 'show', BATCH], env);
  expect(stdout.split('\n').filter((line) => line.includes('quote'))).toEqual([`refused: ${detail}`]);
});

it.each([
  ['are none', [], 'There are none.\n'],
  ['are as many as are shown', [batchOf(50), batchOf(50)], ''],
])('a list of which there %s says so', async (_, batches, said) => {
  const { env } = await stubService({ 'GET /v3/batches': () => [200, { batches, next_cursor: null }] });
  expect(await runHere(['batch', 'list', '--limit', '2'], env)).toMatchObject({ code: 0, stderr: said });
});

it.each([
  [{}, ['180 of 500 used', '320, for batches 270'], ['for the limit alone']],
  [{ left_for_batches: null }, ['320, for batches 320'], []],
  [{ failed_for_limit: 1 }, ['1 for the limit alone'], []],
  [{ limit: null, left: null, left_for_batches: null }, ['180 used, no limit'], ['for batches']],
])('the budget with %j says what is left', async (more, said, unsaid) => {
  const { env } = await stubService({ 'GET /v3/budget': () => [200, { ...BUDGET, ...more }] });
  const { stdout } = await runHere(['budget'], env);
  for (const text of said) expect(stdout).toContain(text);
  for (const text of unsaid) expect(stdout).not.toContain(text);
});
