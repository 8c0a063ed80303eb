import { afterEach, describe, expect, it, vi } from 'vitest';
import { retryDelay } from '../../client/src/http/retry-delay.ts';
import { createSend, type Outgoing } from '../../client/src/http/send.ts';
import { ReprocessError } from '../../client/src/reprocess-error.ts';
import { json, networkError, type Script, scriptedFetch, standingRuntime } from './support.ts';

const SETTINGS = { url: 'https://example.com', apiKey: 'key', timeoutMs: 60_000, retries: 4 };

/** Sends a call along a script. */
async function sent(script: readonly Script[], outgoing: Partial<Outgoing> = {}, settings = SETTINGS) {
  const { fetch, calls } = scriptedFetch(...script);
  const { runtime, waits } = standingRuntime(fetch);
  const call = { method: 'POST', url: 'https://example.com/v3', headers: new Headers(), ...outgoing };
  const read = async (response: Response) => response.json();
  const [result] = await Promise.allSettled([createSend(runtime, settings)(call, read)]);
  const error = result.status === 'rejected' ? (result.reason as ReprocessError) : undefined;
  return { calls, waits, error, value: result.status === 'fulfilled' ? result.value : undefined };
}

const ok = json(200, { fine: true });
const costs = { costs: true, idempotencyKey: 'order-1043' };

describe('a call that failed', () => {
  it.each([
    ['a broken connection', networkError('ECONNRESET')],
    ['429', json(429, { message: 'Too Many Requests' })],
    ['502', json(502, { message: 'Bad Gateway' })],
    ['503', json(503, { detail: 'a part of the service is unavailable' })],
    ['503 with a code', json(503, { detail: 'the order could not be read', code: 'answer_timed_out' })],
    ['504', json(504, { message: 'Gateway Timeout' })],
  ])('is made again after %s', async (_, failure) => {
    const { value, calls } = await sent([failure, failure, ok], costs);
    expect([value, calls.length]).toEqual([{ fine: true }, 3]);
  });

  it.each([400, 401, 404, 409, 410, 413, 415, 422, 500])('is not made again after %s', async (status) => {
    const { error, calls } = await sent([json(status, { detail: 'no' }), ok], costs);
    expect([error?.status, error?.code, error?.mayHaveActed, calls.length]).toEqual([
      status,
      `http_${status}`,
      false,
      1,
    ]);
  });

  it('is not made again when the answer is the outcome of a request', async () => {
    const problem = { detail: 'the endpoint answered 503', code: 'gave_up', attempts: 41, may_have_acted: true };
    for (const response of [
      json(502, problem, { 'reprocess-request-id': 'http:1' }),
      json(502, { ...problem, request_id: 'http:1' }),
    ]) {
      const { error, calls } = await sent([response, ok], costs);
      expect(calls.length).toBe(1);
      expect(error).toMatchObject({ status: 502, code: 'gave_up', requestId: 'http:1', mayHaveActed: true });
    }
  });

  it('waits twice as long each time, and at most 8 s', async () => {
    const { waits } = await sent([networkError('ECONNRESET')], costs, { ...SETTINGS, retries: 7 });
    expect(waits).toEqual([375, 750, 1500, 3000, 6000, 6000, 6000]);
  });

  it.each([
    [undefined, 0, 250],
    [undefined, 1, 500],
    [5, 0, 5000],
    [5, 1, 5500],
  ])('waits by chance, told %s s: by %d', (retryAfter, random, wait) => {
    expect(retryDelay(0, retryAfter, random)).toBe(wait);
  });

  it('waits as long as the service says', async () => {
    expect((await sent([json(503, {}, { 'retry-after': '5' }), ok])).waits).toEqual([5250]);
  });

  it('waits as usual when what the service says is no number', async () => {
    const date = json(429, {}, { 'retry-after': 'Sun, 22 Nov 2026 12:00:15 GMT' });
    expect((await sent([date, ok])).waits).toEqual([375]);
  });

  it('ends at once when it would have to wait beyond its deadline, and says how long', async () => {
    const { error, calls, waits } = await sent([json(429, {}, { 'retry-after': '3600' })], costs);
    expect([calls.length, waits]).toEqual([1, []]);
    expect(error).toMatchObject({ code: 'http_429', retryAfter: 3600, mayHaveActed: false });
  });

  it('ends after its retries', async () => {
    const { error, calls } = await sent([json(503, { detail: 'away' })], costs);
    expect(calls.length).toBe(5);
    expect(error).toMatchObject({ status: 503, detail: 'away', mayHaveActed: true, idempotencyKey: 'order-1043' });
  });

  it("ends after the client's own time where the call has none", async () => {
    const { calls } = await sent([networkError('ECONNRESET')], costs, { ...SETTINGS, timeoutMs: 1000 });
    expect(calls.length).toBe(2);
    // The wait would end with it.
    const exactly = await sent([networkError('ECONNRESET')], costs, { ...SETTINGS, timeoutMs: 375 });
    expect(exactly.calls.length).toBe(1);
  });

  it('gives each attempt what is left of its time', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const broken = networkError('ECONNRESET');
    const { waits } = await sent([broken, broken, ok], { timeoutMs: 10_000 });
    const limits = timers.mock.calls.map(([, ms]) => ms);
    timers.mockRestore();
    expect([waits, limits]).toEqual([
      [375, 750],
      [10_000, 9625, 8875],
    ]);
  });

  it('ends at its deadline, which an attempt that hangs does not outlast', async () => {
    const hanging: Script = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    for (const signal of [undefined, new AbortController().signal]) {
      const { error } = await sent([hanging], { ...costs, timeoutMs: 10, signal });
      expect(error).toMatchObject({ code: 'timed_out', mayHaveActed: true, idempotencyKey: 'order-1043' });
      expect(error?.detail).toBe('no response came in time');
    }
  });
});

describe('an error', () => {
  it.each([
    ['a problem', { title: 'Bad Request', detail: 'it is wrong' }, 'it is wrong'],
    ['a refusal of fields', { message: 'Validation error', detail: { json: { a: ['one'], b: ['two'] } } }, 'one; two'],
    ['a message of API Gateway', { message: 'Not Found' }, 'Not Found'],
    ['nothing that it knows', ['?'], 'the service answered 404'],
    ['null', null, 'the service answered 404'],
  ])('tells what the service said in %s', async (_, body, detail) => {
    const { error } = await sent([json(404, body)]);
    expect([error?.detail, error?.message, error?.body]).toEqual([detail, `${detail} (http_404)`, body]);
  });

  it('has the text of a response that is not JSON', async () => {
    const { error } = await sent([new Response('<html>', { status: 404 })]);
    expect([error?.detail, error?.body]).toEqual(['the service answered 404', '<html>']);
  });

  it('is a ReprocessError that can be told by its name', async () => {
    const { error } = await sent([json(404, {})]);
    expect(error).toBeInstanceOf(ReprocessError);
    expect(error?.name).toBe('ReprocessError');
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'of a connection that was never made says that nothing has happened: %s',
    async (code) => {
      const { error } = await sent([networkError(code)], { ...costs, route: 'GET /v3/budget' });
      expect(error).toMatchObject({ code: 'not_reached', mayHaveActed: false, route: 'GET /v3/budget' });
      expect(error?.status).toBeUndefined();
      expect(error?.detail).toBe(`no response came: ${code}: it failed`);
      expect(error?.cause).toMatchObject({ message: 'fetch failed' });
    },
  );

  it.each([
    ['no response came: ECONNRESET', new TypeError('fetch failed', { cause: { code: 'ECONNRESET', message: '' } })],
    ['no response came: fetch failed', new TypeError('fetch failed')],
  ])('says what is known: %s', async (detail, thrown) => {
    expect((await sent([thrown])).error?.detail).toBe(detail);
  });

  it('of a name that Deno cannot look up says that nothing has happened', async () => {
    const thrown = new TypeError('error sending request: dns error: failed to lookup address information');
    expect((await sent([thrown], costs)).error?.mayHaveActed).toBe(false);
  });

  it('of a connection that broke says that the call may have acted, even if the last retry was not made', async () => {
    const script = [networkError('ECONNRESET'), networkError('ECONNREFUSED')];
    expect((await sent(script, costs)).error).toMatchObject({ code: 'not_reached', mayHaveActed: true });
  });

  it.each(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_SOCKET'])(
    'of a connection that was made leaves a doubt: %s',
    async (code) => {
      expect((await sent([networkError(code)], costs)).error?.mayHaveActed).toBe(true);
    },
  );

  it('of a call that costs nothing never says that it may have acted', async () => {
    expect((await sent([networkError('ECONNRESET')])).error?.mayHaveActed).toBe(false);
  });

  it('leaves no doubt when a retry was refused', async () => {
    expect((await sent([networkError('ECONNRESET'), json(422, {})], costs)).error?.mayHaveActed).toBe(false);
  });
});

describe('an attempt', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each([ok, networkError('ECONNRESET')])('leaves no timer behind: %s', async (answer) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await sent([answer]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['is given up after 35 s, when API Gateway has long ended it', '{}', 100_000, 35_000],
    ['is given up at the end of the whole call', '{}', 20_000, 20_000],
    ['with a file may take as long as the whole call', new Blob(['{}']), 100_000, 100_000],
    ['with a file is given up when its URL is no longer valid', new Blob(['{}']), Infinity, 3_600_000],
  ])('%s', async (_, body, timeoutMs, limitMs) => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await sent([ok], { body, timeoutMs });
    expect(timers.mock.calls.map(([, ms]) => ms)).toContain(limitMs);
  });
});

describe('a signal', () => {
  it('ends a call with its own reason, before it is made', async () => {
    const { error, calls } = await sent([ok], { signal: AbortSignal.abort(new Error('enough')) });
    expect([error?.message, calls.length]).toEqual(['enough', 0]);
  });

  it('ends a call with its own reason, while it is made', async () => {
    const controller = new AbortController();
    const aborted: Script = async () => {
      controller.abort(new Error('enough'));
      throw controller.signal.reason;
    };
    const { error } = await sent([aborted], { ...costs, signal: controller.signal }, { ...SETTINGS, retries: 0 });
    expect([error?.name, error?.message]).toEqual(['Error', 'enough']);
  });

  it('ends a call with its own reason, while it waits for the next attempt', async () => {
    const controller = new AbortController();
    const failure: Script = async () => {
      controller.abort(new Error('enough'));
      return json(503, {});
    };
    const { error, calls, waits } = await sent([failure], { ...costs, signal: controller.signal });
    expect([error?.message, calls.length, waits]).toEqual(['enough', 1, []]);
  });
});

it('a response that breaks off is read again', async () => {
  const broken = new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"fine"'));
        controller.error(networkError('ECONNRESET'));
      },
    }),
  );
  const { value } = await sent([async () => broken, ok], costs);
  expect(value).toEqual({ fine: true });
});
