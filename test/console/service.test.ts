import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReprocessError } from '../../client/src/index.ts';
import { loadFailures } from '../../console/src/batch/load-failures.ts';
import { loadBatches } from '../../console/src/batches/load-batches.ts';
import { failureOf } from '../../console/src/service/failure.ts';
import { createService } from '../../console/src/service/service.ts';
import { readSession, signIn, signOut } from '../../console/src/service/session.ts';
import { texts } from '../../console/src/texts.ts';

afterEach(() => void vi.unstubAllGlobals());

/** Answers the page's calls. @returns what they were */
function answering(answer: (signal?: AbortSignal | null) => Promise<Response>) {
  const calls: (readonly [string, RequestInit | undefined])[] = [];
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    calls.push([url, init]);
    return answer(init?.signal);
  });
  return calls;
}

describe('a failure', () => {
  const failed = (status: number | undefined) =>
    failureOf(new ReprocessError({ status, code: 'any', detail: 'why', mayHaveActed: false }));

  it('may pass by itself when the service is away, or has too much to do, and not when it refuses', () => {
    expect([undefined, 429, 500, 503].map((status) => failed(status).isRetryable)).toEqual([true, true, true, true]);
    expect([400, 401, 403, 404, 409, 422].filter((status) => failed(status).isRetryable)).toEqual([]);
    const tooMany = new ReprocessError({ status: 429, code: 'any', detail: 'why', mayHaveActed: false, retryAfter: 7 });
    expect(failureOf(tooMany).retryAfter).toBe(7);
    expect(failureOf(new TypeError('a bug'))).toMatchObject({ sentence: 'a bug', isRetryable: false });
  });

  it('is told in the words of the service where it has said any', () => {
    const tooLarge = new ReprocessError({ code: 'too_large', detail: 'create it', mayHaveActed: false });
    expect(failureOf(tooLarge)).toEqual({ status: undefined, sentence: texts.errors.tooLarge, isRetryable: false });
    expect([failed(409).sentence, failed(undefined).sentence]).toEqual(['why', texts.errors.notReached]);
  });
});

describe('the service is called', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('again and again for what a person asked for, and once for what is read again soon', async () => {
    const calls = answering(() => Promise.reject(new TypeError('fetch failed')));
    const { patient, quick } = createService('https://example.com');
    for (const [client, count] of [
      [patient, 3],
      [quick, 1],
    ] as const) {
      for (const call of [() => client.budget(), () => client.callback.get()]) {
        calls.length = 0;
        const ended = call().catch((error) => error);
        await vi.advanceTimersByTimeAsync(20_000);
        expect(await ended).toBeInstanceOf(ReprocessError);
        expect(calls.length).toBe(count);
      }
    }
  });

  it.each([
    ['15 s', 'what is read again soon', 'quick', 15_000],
    ['a minute', 'what a person asked for', 'patient', 60_000],
  ] as const)('for %s at most for %s', async (_time, _what, client, ms) => {
    answering((signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))));
    const errors: unknown[] = [];
    void createService('https://example.com')
      [client].budget()
      .catch((error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(ms - 1000);
    expect(errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(errors).toMatchObject([{ code: 'timed_out' }]);
  });
});

describe('a session', () => {
  const session = { partner: 'acme', role: 'partner', expires_at: '2026-11-30T18:00:00Z', read_only: false };

  it('is read, or there is none', async () => {
    answering(async () => Response.json(session));
    expect(await readSession()).toEqual(session);
    answering(async () => Response.json({ detail: 'sign in' }, { status: 401 }));
    expect(await readSession()).toBeUndefined();
  });

  it('may be there when the service cannot say so', async () => {
    answering(async () => Response.json({ detail: 'away' }, { status: 503 }));
    await expect(readSession()).rejects.toMatchObject({ status: 503, detail: 'away' });
  });

  it('is ended by a call that no other page can make', async () => {
    const calls = answering(async () => new Response(null, { status: 204 }));
    await signOut();
    const headers = { 'x-reprocess-console': '1' };
    expect(calls).toEqual([['/console/session', { method: 'DELETE', headers }]]);
  });

  it('is got for a key, by a call that no other page can make', async () => {
    const calls = answering(async () => Response.json(session));
    expect(await signIn('rk-1')).toEqual(session);
    const headers = { 'x-reprocess-console': '1', 'content-type': 'application/json' };
    expect(calls).toEqual([['/console/session', { method: 'POST', headers, body: '{"key":"rk-1"}' }]]);
  });

  it.each([
    [
      'the sentence of the service',
      Response.json({ detail: 'too many attempts' }, { status: 429 }),
      'too many attempts',
    ],
    ['the status of a page that is not its own', new Response('<html>', { status: 502 }), texts.errors.answered(502)],
    ['the status of a success without a session', Response.json({}), texts.errors.answered(200)],
  ])('that is not given is an error with %s', async (_, response, detail) => {
    answering(async () => response);
    await expect(signIn('rk-1')).rejects.toMatchObject({ detail, status: response.status });
  });
});

it('of the failed lines of a batch the first 500 are read', async () => {
  const requests = Array.from({ length: 100 }, (_, line) => ({ line }));
  const calls = answering(async () => Response.json({ requests, next_cursor: calls.length < 7 ? 'more' : null }));
  const { signal } = new AbortController();
  expect(await loadFailures(createService('https://example.com'), 'b_1', signal)).toHaveLength(500);
  expect(calls.map(([url]) => new URL(url).search)).toEqual([
    '?state=failed&limit=100',
    ...Array.from({ length: 4 }, () => '?state=failed&limit=100&cursor=more'),
  ]);
});

it('of a page of batches the first six that are open are read whole, the others stay as they are listed', async () => {
  const listed = Array.from({ length: 9 }, (_, index) => ({
    batch_id: `b_${index}`,
    state: index === 1 ? 'finished' : 'running',
    finished_at: null,
  }));
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const { pathname, search } = new URL(address);
    calls.push(`${pathname}${search}`);
    if (pathname === '/v3/batches') return Response.json({ batches: listed, next_cursor: 'third' });
    return Response.json({ batch_id: pathname.split('/').at(-1), state: 'running', expected_end: 'soon' });
  });
  const query = { state: 'running', partner: 'acme', cursor: 'second' } as const;
  const page = await loadBatches(createService('https://example.com'), {
    ...query,
    signal: new AbortController().signal,
  });
  const [list = '', ...reads] = calls;
  expect(Object.fromEntries(new URL(list, 'https://example.com').searchParams)).toEqual({ ...query, limit: '20' });
  expect(reads).toEqual([0, 2, 3, 4, 5, 6].map((index) => `/v3/batches/b_${index}`));
  expect(page.items.map(({ batch_id, expected_end }) => [batch_id, expected_end])).toEqual(
    listed.map(({ batch_id }) => [batch_id, reads.some((each) => each.endsWith(batch_id)) ? 'soon' : undefined]),
  );
  expect(page.nextCursor).toBe('third');
});
