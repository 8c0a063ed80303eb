import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { budgetText } from '../../cli/src/account/budget-text.ts';
import { callbackText } from '../../cli/src/callback/callback-text.ts';
import { requestText } from '../../cli/src/request/request-text.ts';
import type { Budget, Callback, RequestItem } from '../../client/src/contract.ts';
import { runHere } from './support/run-here.ts';
import { BATCH, BUDGET, batchOf, stubService } from './support/stub-service.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const PIPE = new PassThrough();

/** What is shown, by name; times of this machine as TIME. */
const factsOf = (text: string) =>
  Object.fromEntries(
    text.split('\n').map((line) => line.replace(/(?<= )\d\d:\d\d$/, 'TIME').split(/ {2,}/) as [string, string]),
  );

const request = {
  request_id: 'http:1',
  image_id: 'house',
  source: 'upload',
  partner: 'acme',
  batch_id: 'b_1',
  file: 'requests/spring.csv',
  line: 7,
  accepted_at: '2026-11-22T09:00:00Z',
  attempts: 2,
  preferences: { hdr: true },
  warnings: ['one', 'two'],
};

it('what is known of a request that waits is shown, with each attempt that failed', () => {
  const waiting = {
    ...request,
    life: 'waiting',
    waits_for: { reason: 'daily_limit', until: '2026-11-22T12:00:00Z' },
    last_error: { code: 'connection_lost', detail: 'read ECONNRESET' },
    next_attempt_at: '2026-11-22T09:30:00Z',
    failed_attempts: [
      {
        attempt: 1,
        at: '2026-11-22T09:01:00Z',
        code: 'refused_for_now',
        status: 503,
        next_attempt_at: '2026-11-22T09:02:00Z',
      },
      { attempt: 2, at: '2026-11-22T09:03:00Z', code: 'connection_lost', next_attempt_at: '2026-11-22T09:30:00Z' },
    ],
  };
  expect(factsOf(requestText(waiting as unknown as RequestItem, NOW, PIPE))).toEqual({
    request: 'http:1',
    image: 'house',
    state: 'waiting',
    'waits for': 'daily_limit, until TIME',
    'last error': 'read ECONNRESET',
    'next attempt': '2026-11-22T09:30:00Z',
    source: 'upload',
    partner: 'acme',
    batch: 'b_1',
    file: 'requests/spring.csv, line 7',
    accepted: '2026-11-22T09:00:00Z',
    attempts: '2',
    'attempt 1': '2026-11-22T09:01:00Z: refused_for_now (503), waited until 2026-11-22T09:02:00Z',
    'attempt 2': '2026-11-22T09:03:00Z: connection_lost, waited until 2026-11-22T09:30:00Z',
    preferences: '{"hdr":true}',
    warnings: 'one; two',
  });
});

it('what is known of the end of a request is shown', () => {
  const error = { title: 'Gave up', code: 'gave_up', detail: 'no answer came' };
  const failed = { ...request, life: 'failed', error };
  expect(factsOf(requestText(failed as unknown as RequestItem, NOW, PIPE))).toMatchObject({
    state: 'failed',
    why: 'Gave up: no answer came',
    code: 'gave_up',
  });
  const endOf = (completion: object) =>
    factsOf(requestText({ ...request, life: 'failed', completion } as unknown as RequestItem, NOW, PIPE))[
      'image ended'
    ];
  expect(endOf({ event: 'image.failed', status_reason: 'too dark' })).toBe('image.failed: too dark');
  expect(endOf({ event: 'image.processed' })).toBe('image.processed');
});

it('what is left of the daily limit is shown, for batches too, and when it begins anew', () => {
  const facts = (more: object) => factsOf(budgetText({ ...BUDGET, ...more } as unknown as Budget, NOW, PIPE));
  const window = { start: '2026-11-22T09:00:00Z', end: '2026-11-24T12:00:00Z' };
  expect(facts({ window, waiting: 4, failed_for_limit: 1 })).toEqual({
    today: '180 of 500 used',
    'by batches': '100',
    left: '320, for batches 270',
    failed: '1 for the limit alone',
    'next reset': expect.stringMatching(/^Tue,? 24 Nov TIME$/),
    'in the queue': '4',
  });
  expect(facts({ limit: null, left: null })).toMatchObject({ today: '180 used, no limit' });
  expect(facts({ paused: { reason: 'person', detail: 'key exchange' } }).paused).toBe(
    'key exchange, until reprocess resume',
  );
});

it('what is known of a callback is shown', () => {
  const callback = {
    partner: 'acme',
    url: 'https://acme.example/hook',
    events: ['batch.finished', 'image.failed'],
    state: 'paused',
    paused: { since: '2026-11-22T09:00:00Z', detail: 'it failed for a day' },
    failing_since: '2026-11-21T12:00:00Z',
    secrets: [{}, {}],
    secret: 'whsec_1',
  };
  expect(factsOf(callbackText(callback as unknown as Callback, NOW, PIPE))).toEqual({
    partner: 'acme',
    url: 'https://acme.example/hook',
    events: 'batch.finished, image.failed',
    state: 'paused',
    paused: expect.stringMatching(/^since \d\d:\d\d: it failed for a day$/),
    'failing since': expect.stringMatching(/^Sat,? 21 Nov TIME$/),
    'signed by': '2 secrets',
    secret: 'whsec_1',
  });
});

it('what is known of a batch is shown', async () => {
  const facts = {
    partner: 'acme',
    retry_of: 'b_1',
    waits_for: { reason: 'upload', detail: 'its file is awaited', until: null },
    rate_per_minute: 1234.4,
    expected_end: null,
    pace: { sentence: '100 images: finished today' },
    finished_at: '2026-11-22T11:00:00Z',
    problems: ['no such column'],
    warnings: ['one comes twice'],
  };
  const { env } = await stubService({ [`GET /v3/batches/${BATCH}`]: () => [200, batchOf(50, 3, facts)] });
  const [known, ...texts] = (await runHere(['batch', 'show', BATCH], env)).stdout.split(/\n(?=problem: )/);
  expect(factsOf(known ?? '')).toEqual({
    batch: BATCH,
    name: 'spring.csv',
    partner: 'acme',
    'retry of': 'b_1',
    state: 'running',
    lines: '100, 47 waiting, 50 finished, 3 failed',
    'waits for': 'its file is awaited',
    pace: '1,234 a minute',
    expected: '100 images: finished today',
    created: '2026-11-22T10:00:00Z',
    finished: '2026-11-22T11:00:00Z',
  });
  expect(texts).toEqual(['problem: no such column\nwarning: one comes twice\n']);
});

it('a batch that is steered is told with what the service says to it', async () => {
  const note = 'it had ended already';
  const { env } = await stubService({
    [`POST /v3/batches/${BATCH}/cancel`]: () => [200, batchOf(100, 0, { note })],
    [`POST /v3/batches/${BATCH}/pause`]: () => [200, batchOf(50, 0, { state: 'paused' })],
  });
  const told = async (action: string) => {
    const { code, stdout, stderr } = await runHere(['batch', action, BATCH], env);
    return [code, stdout, stderr];
  };
  expect(await told('cancel')).toEqual([0, `${BATCH} is finished\n`, `${note}\n`]);
  expect(await told('pause')).toEqual([0, `${BATCH} is paused\n`, '']);
});

it('a pause ends after the time that is given, and not before it', async () => {
  const paused = { reason: 'person', detail: 'key exchange', since: '2026-11-22T10:00:00Z' };
  const { env, calls } = await stubService({ 'PUT /v3/pause': () => [200, { ...BUDGET, paused }] });
  const before = Date.now();
  const { stdout } = await runHere(['pause', '--reason', 'key exchange', '--until', '30m'], env);
  // What the service says of its end counts.
  expect(stdout).toContain('The account is paused until reprocess resume. ');
  const { reason, until } = JSON.parse(calls[0]?.body ?? '');
  expect(reason).toBe('key exchange');
  expect(Date.parse(until)).toBeGreaterThanOrEqual(before + 30 * 60_000);
});
