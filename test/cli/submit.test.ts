import { describe, expect, it } from 'vitest';
import { runHere } from './support/run-here.ts';
import { stubService } from './support/stub-service.ts';

const PROCESS = 'POST /v3/images/house/process';
const started = () =>
  [
    200,
    { status: 'processing' },
    { 'reprocess-request-id': 'http:1', 'reprocess-warning': '"it is upscaled twice"' },
  ] as const;

/** Ends after seconds. */
const goesOn = {
  'GET /v3/requests/http%3A1': (_call: unknown, nth: number) =>
    [200, { request_id: 'http:1', image_id: 'house', life: nth < 4 ? 'started' : 'finished' }] as const,
};

describe('an image that is submitted', () => {
  it('is told once Autoenhance has begun, with what is worth a look', async () => {
    const { env, calls } = await stubService({ [PROCESS]: started });
    const { code, stdout, stderr } = await runHere(['submit', 'house', '--set', 'hdr=true'], env);
    expect([code, stdout, stderr]).toEqual([0, 'house  started  http:1\n', 'warning: it is upscaled twice\n']);
    expect(calls.map(({ headers, body }) => [headers.prefer, body])).toEqual([
      ['respond-async, wait=10', '{"hdr":true}'],
    ]);
  });

  it.each([
    ['finished', { completion: { event: 'image.processed', status_reason: 'sharp' } }, 0, ''],
    ['failed', { error: { detail: 'no answer came' } }, 1, '  no answer came'],
    ['failed', { completion: { event: 'image.failed', status_reason: 'too dark' } }, 1, '  too dark'],
  ])('is waited for until it is %s: %j', async (life, more, code, why) => {
    const request = { request_id: 'http:1', image_id: 'house', life, ...more };
    const { env, calls } = await stubService({ [PROCESS]: started, 'GET /v3/requests/http%3A1': () => [200, request] });
    expect(await runHere(['submit', 'house', '--wait'], env)).toMatchObject({
      code,
      stdout: `house  ${life}  http:1${why}\n`,
    });
    // The end is waited for anyway, so that the call need not wait.
    expect(calls[0]?.headers.prefer).toBe('respond-async');
  });

  it('is waited for as long as it may be', async () => {
    const { env } = await stubService({ [PROCESS]: started, ...goesOn });
    const { code, stdout, stderr } = await runHere(['submit', 'house', '--wait', '--timeout', '1'], env);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('the request goes on; look again:\n  reprocess request show http:1\n');
  });

  it('is waited for as long as it may be, also when that ends in the middle of a read', async () => {
    const { env } = await stubService({ [PROCESS]: started, 'GET /v3/requests/http%3A1': () => 'hang' });
    const { code, stderr } = await runHere(['submit', 'house', '--wait', '--timeout', '1'], env);
    expect([code, stderr]).toEqual([3, expect.stringContaining('look again:\n  reprocess request show http:1\n')]);
  });

  it('is named when the service goes away while it is waited for', async () => {
    const { env } = await stubService({ [PROCESS]: started, 'GET /v3/requests/http%3A1': () => [501, {}] });
    const { code, stdout, stderr } = await runHere(['submit', 'house', '--wait'], env);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain('reprocess: the service is not reachable: ');
    expect(stderr).toContain('the request goes on; look again:\n  reprocess request show http:1\n');
    const told = JSON.parse((await runHere(['submit', 'house', '--wait', '--json'], env)).stderr);
    expect(told.error).toMatchObject({ code: 'http_501', status: 501, detail: expect.stringContaining('show http:1') });
  });

  it('with a second one is asked about', async () => {
    const { env, calls } = await stubService({ [PROCESS]: started });
    expect((await runHere(['submit', 'house', 'garden'], env)).code).toBe(2);
    expect(calls).toEqual([]);
  });
});

describe('an image that goes back', () => {
  /** Requests for it, newest first: each has set another rating. */
  const item = (number: number, life: string) => ({
    request_id: `sqs:${number}`,
    image_id: 'house',
    life,
    state: life === 'finished' ? 'succeeded' : life,
    accepted_at: '2026-11-22T10:00:00Z',
    preferences: { rating: number % 5 },
  });
  const requests = [
    item(31, 'queued'),
    item(30, 'waiting'),
    ...Array.from({ length: 25 }, (_, n) => item(29 - n, 'finished')),
  ];
  const answers = {
    [PROCESS]: started,
    ...goesOn,
    'GET /v3/images/house/requests': () => [200, { requests, next_cursor: null }] as const,
    ...Object.fromEntries(
      requests.map((each) => [`GET /v3/requests/sqs%3A${each.request_id.slice(4)}`, () => [200, each] as const]),
    ),
  };

  it('is read back as far as it must be, and what goes first is told', async () => {
    const { env, calls } = await stubService(answers);
    const { code, stdout } = await runHere(['revert', 'house', '--dry-run', '--json'], env);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        undoes: 'sqs:29',
        back_to: 'sqs:28',
        preferences: { rating: 3 },
        changes: [{ name: 'rating', before: 4, after: 3 }],
        under_way: ['sqs:31', 'sqs:30'],
      },
    ]);
    expect(calls).toHaveLength(1 + 20);
  });

  it('is sent what leads back and nothing else, and is waited for as long as it may be', async () => {
    const { env, calls } = await stubService(answers);
    const { code, stderr } = await runHere(['revert', 'house', '--yes', '--wait', '--timeout', '1'], env);
    expect([code, stderr]).toEqual([3, expect.stringContaining('reprocess request show http:1')]);
    expect(calls.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual(['{"rating":3}']);
  });
});
