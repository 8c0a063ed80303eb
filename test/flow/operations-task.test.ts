import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Flow, startFlow } from '../support/flow.ts';

// The task of an operations person, with nothing but HTTP calls: a spreadsheet of more images than the account may enhance in
// a day, some of which fail, is checked, sent over several days, followed to its end, and its failed lines are sent again.

const ROWS = 120;
const LIMIT = 40;
/** No call begins within a twentieth of it from a reset: as long as a busy machine may take to deliver a call. */
const WINDOW_MS = 10_000;
/** A row that says something that cannot be meant. */
const WRONG_ROW = 80;
/** Images that the endpoint cannot enhance. */
const TOO_DARK = ['photo-7', 'photo-77', 'photo-117'];
const REASON = 'The picture is too dark';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({
    finishesImages: true,
    sandbox: { processingMs: 100, dailyLimit: LIMIT, limitWindowMs: WINDOW_MS },
    schedulesEveryMs: 500,
    variables: {
      DAILY_LIMIT: String(LIMIT),
      DAILY_RESET: `every ${WINDOW_MS / 1000} s`,
      // What the webhook does not tell in time, on a busy machine, is looked up after seconds.
      FIRST_LOOK_SECONDS: '5',
      LOOKS_SECONDS: '5 10 20',
    },
  });
}, 60_000);
afterAll(() => flow.end());

// biome-ignore lint/suspicious/noExplicitAny: each response is checked against the contract
type Json = any;

async function send(path: string, init: RequestInit = { method: 'POST' }): Promise<{ status: number; json: Json }> {
  const response = await flow.fetch(path, init);
  return { status: response.status, json: await response.json() };
}

async function ended(path: string, ends = 60_000): Promise<Json> {
  for (const until = Date.now() + ends; Date.now() < until; await sleep(1000)) {
    const { json } = await send(path, {});
    expect(total(json.counts)).toBe(json.counts.total);
    if (json.state === 'finished') return json;
  }
  throw new Error(`${path} has not ended: ${JSON.stringify((await send(path, {})).json)}`);
}

/** All counts but the total add up to it. */
function total({ total: _, ...others }: Record<string, number>): number {
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}

const imageOf = (row: number) => `photo-${row}`;
const spreadsheet = [
  'Image ID;Sky Replacement;Enhance Type',
  ...Array.from({ length: ROWS }, (_, row) => `${imageOf(row)};${row === WRONG_ROW ? 'ja' : 'TRUE'};Warm`),
].join('\r\n');

const csv = (query = ''): [string, RequestInit] => [
  `/v3/batches?name=spring.csv${query}`,
  { method: 'POST', headers: { 'content-type': 'text/csv' }, body: spreadsheet },
];

it('checks, paces, follows and repeats a spreadsheet of three days', async () => {
  for (const imageId of TOO_DARK) flow.sandbox.fail({ kind: 'fails_later', imageId, reason: REASON, times: 1 });

  const checked = await send(...csv('&dry_run=true'));
  expect(checked).toMatchObject({ status: 200, json: { counts: { total: ROWS, rejected: 1, accepted: ROWS - 1 } } });
  expect(checked.json.check.rejections).toMatchObject([{ line: WRONG_ROW + 2, image_id: imageOf(WRONG_ROW) }]);
  expect(Date.parse(checked.json.pace.expected_end) - Date.now()).toBeGreaterThan(WINDOW_MS);
  expect(flow.sandbox.calls().filter(({ method }) => method === 'POST')).toEqual([]);

  const created = await send(...csv());
  expect(created).toMatchObject({ status: 202, json: { state: 'running', counts: { total: ROWS, rejected: 1 } } });
  expect(await send(...csv())).toMatchObject({ status: 200, json: { batch_id: created.json.batch_id } });

  const path = `/v3/batches/${created.json.batch_id}`;
  const batch = await ended(path, 120_000);
  const sent = ROWS - 1 - TOO_DARK.length;
  expect(batch.counts).toMatchObject({ rejected: 1, finished: sent, failed: TOO_DARK.length, waiting: 0, queued: 0 });

  // Never more calls than the limit in a window, and each image once.
  const { windows } = flow.sandbox.limit.status();
  expect(windows.map(({ beyond }) => beyond)).toEqual(windows.map(() => 0));
  expect(Math.max(...windows.map(({ used }) => used))).toBeLessThanOrEqual(LIMIT);
  const called = flow.sandbox.calls().flatMap(({ method, imageId = '' }) => (method === 'POST' ? [imageId] : []));
  const all = Array.from({ length: ROWS }, (_, row) => imageOf(row)).filter((_, row) => row !== WRONG_ROW);
  expect(called.toSorted()).toEqual(all.toSorted());

  // To a URL in the bucket, which needs no key.
  const { headers } = await flow.fetch(`${path}/results`, { redirect: 'manual' });
  const results = await (await fetch(headers.get('location') ?? '')).text();
  const [header = '', ...rows] = results.trim().split(/\r?\n/);
  expect(header).toBe(
    'Image ID;Sky Replacement;Enhance Type;request_id;state;code;reason;attempts;started_at;finished_at',
  );
  expect(rows.map((row) => row.split(';')[0])).toEqual(Array.from({ length: ROWS }, (_, row) => imageOf(row)));
  for (const [row, cells] of rows.map((text) => text.split(';')).entries()) {
    const isDark = TOO_DARK.includes(imageOf(row));
    if (row === WRONG_ROW) expect(cells[5]).toBe('invalid_request');
    else if (isDark)
      expect(cells.slice(4, 7)).toEqual(['failed', 'enhancement_failed', expect.stringContaining(REASON)]);
    else expect(cells.slice(4, 6)).toEqual(['finished', '']);
  }

  const failed = await send(`${path}/requests?state=failed`, {});
  expect(failed.json.requests.map(({ image_id }: Json) => image_id)).toEqual(expect.arrayContaining(TOO_DARK));
  const again = await send(`${path}/retry`);
  expect(again).toMatchObject({ status: 202, json: { retry_of: batch.batch_id, counts: { total: TOO_DARK.length } } });
  const repeated = await ended(`/v3/batches/${again.json.batch_id}`);
  expect(repeated.counts).toMatchObject({ finished: TOO_DARK.length, failed: 0 });
});
