import { describe, expect, it } from 'vitest';
import { createClient } from '../../client/src/create-client.ts';
import { createCall } from '../../client/src/http/call.ts';
import { createSend } from '../../client/src/http/send.ts';
import { createRequests, type WaitOptions } from '../../client/src/requests.ts';
import { all, json, networkError, type Script, scriptedFetch, standingRuntime } from './support.ts';

const SETTINGS = { url: 'https://example.com', apiKey: 'key-1', timeoutMs: 60_000, retries: 4 };
const request = (life: string, more: object = {}) => json(200, { request_id: 'http:1', life, ...more });

/** Waits for a request along a script. */
async function waited(script: readonly Script[], options?: WaitOptions) {
  const { fetch, calls } = scriptedFetch(...script);
  const { runtime, waits } = standingRuntime(fetch);
  const call = createCall(createSend(runtime, SETTINGS), SETTINGS);
  const { waitFor } = createRequests(call, { ...runtime, timeoutMs: SETTINGS.timeoutMs });
  const [result] = await Promise.allSettled([waitFor('http:1', options)]);
  const paths = calls.map(({ url }) => decodeURIComponent(url.pathname));
  const waitedMs = waits.reduce((sum, each) => sum + each, 0);
  return result.status === 'fulfilled' ? { life: result.value.life, paths } : { error: result.reason, paths, waitedMs };
}

describe('waiting for a request', () => {
  it('ends when its image is finished', async () => {
    const { life, paths } = await waited([request('queued'), request('started'), request('finished')]);
    expect([life, paths.length]).toEqual(['finished', 3]);
  });

  it('ends when it has started, if that is wanted', async () => {
    expect((await waited([request('queued'), request('started')], { until: 'started' })).life).toBe('started');
  });

  it.each(['started', 'finished'] as const)('until %s ends when it has failed', async (until) => {
    expect((await waited([request('failed')], { until })).life).toBe('failed');
  });

  it('goes on with the request that is sent again after the daily limit', async () => {
    const again = request('queued', { request_id: 'http:2' });
    const script = [request('failed', { again_as: 'http:2' }), again, request('finished', { request_id: 'http:2' })];
    const { life, paths } = await waited(script);
    expect(life).toBe('finished');
    expect(paths).toEqual(['/v3/requests/http:1', '/v3/requests/http:2', '/v3/requests/http:2']);
  });

  it('outlasts a service that is away for a while', async () => {
    expect((await waited([json(503, {}), networkError('ECONNRESET'), request('finished')])).life).toBe('finished');
  });

  it('ends after ten minutes, or as long as is wanted', async () => {
    const usual = await waited([request('queued')]);
    const short = await waited([request('queued')], { timeoutMs: 5000 });
    expect([usual.error?.code, short.error?.code]).toEqual(['timed_out', 'timed_out']);
    expect(usual.paths.length).toBeGreaterThan(short.paths.length);
    // The wait that would have ended later is 15 s long.
    expect(usual.waitedMs).toBeGreaterThanOrEqual(585_000);
    expect(usual.waitedMs).toBeLessThan(600_000);
  });
});

it.each(['waiting for a request', 'watching a batch'])(
  '%s ends in time though nothing answers',
  async (what) => {
    const hanging: Script = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { requests, batches } = createClient({ ...SETTINGS, fetch: scriptedFetch(hanging).fetch });
    const given = { timeoutMs: 50 };
    const ended = what.endsWith('batch') ? all(batches.watch('b_1', given)) : requests.waitFor('http:1', given);
    await expect(ended).rejects.toMatchObject({ code: 'timed_out', mayHaveActed: false });
  },
  20_000,
);

it('a request that is sent again may have been when no answer came', async () => {
  const { fetch } = scriptedFetch(networkError('ECONNRESET'));
  const { requests } = createClient({ ...SETTINGS, fetch });
  await expect(requests.retry('http:1', { timeoutMs: 100 })).rejects.toMatchObject({ mayHaveActed: true });
});

describe('a list', () => {
  const page = (id: string, cursor?: string) => json(200, { requests: [{ request_id: id }], next_cursor: cursor });

  it('is read page by page, each when it is asked for', async () => {
    const { fetch, calls } = scriptedFetch(page('1', 'next'), page('2'));
    const list = createClient({ ...SETTINGS, fetch }).requests.list({ state: 'failed', limit: 1 });
    for await (const { request_id } of list) {
      expect(request_id).toBe('1');
      break;
    }
    expect(calls.length).toBe(1);
  });

  it('has all items of all pages, under the same filters', async () => {
    const { fetch, calls } = scriptedFetch(page('1', 'next'), page('2'));
    const list = createClient({ ...SETTINGS, fetch }).requests.list({ state: 'failed', limit: 1 });
    expect(await all(list)).toEqual([{ request_id: '1' }, { request_id: '2' }]);
    expect(calls.map(({ url }) => url.search)).toEqual(['?state=failed&limit=1', '?state=failed&limit=1&cursor=next']);
  });

  it('can be gone on with at a cursor', async () => {
    const { fetch, calls } = scriptedFetch(page('2'));
    const { pages } = createClient({ ...SETTINGS, fetch }).requests.list({ cursor: 'next' });
    expect(await all(pages())).toEqual([{ items: [{ request_id: '2' }], nextCursor: undefined }]);
    expect(calls[0]?.url.search).toBe('?cursor=next');
  });

  it('goes over an empty page that is not the last', async () => {
    const { fetch } = scriptedFetch(json(200, { requests: [], next_cursor: 'next' }), page('2'));
    expect(await all(createClient({ ...SETTINGS, fetch }).requests.list())).toEqual([{ request_id: '2' }]);
  });
});

describe('reprocess', () => {
  it('has the same key in each of its retries, and another one in the next call', async () => {
    const started = json(200, { image_id: 'house' }, { 'reprocess-request-id': 'http:1' });
    const { fetch, calls } = scriptedFetch(networkError('ECONNRESET'), json(503, {}, { 'retry-after': '0' }), started);
    const { reprocess } = createClient({ ...SETTINGS, fetch });
    expect(await reprocess('house', { hdr: true })).toMatchObject({ state: 'started', requestId: 'http:1' });
    await reprocess('house', { hdr: true });
    const keys = calls.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(new Set(keys).size).toBe(2);
  });

  it('waits 10 s, never gets a 504 in place of a 202, and need not wait', async () => {
    const { fetch, calls } = scriptedFetch(json(202, {}));
    const { reprocess } = createClient({ ...SETTINGS, fetch });
    await reprocess('house');
    await reprocess('house', {}, { wait: 0 });
    // The header takes whole seconds.
    await reprocess('house', {}, { wait: 2.5 });
    expect(calls.map(({ headers }) => headers.get('prefer'))).toEqual([
      'respond-async, wait=10',
      'respond-async',
      'respond-async, wait=3',
    ]);
    expect(calls.map(({ body }) => body)).toEqual(['{}', '{}', '{}']);
  });

  it('gives the warnings of a response as texts', async () => {
    const headers = { 'reprocess-warning': String.raw`"a \"b\", c", "d \\ e"` };
    const { fetch } = scriptedFetch(json(200, {}, headers));
    const { warnings } = await createClient({ ...SETTINGS, fetch }).reprocess('house');
    expect(warnings).toEqual(['a "b", c', String.raw`d \ e`]);
  });
});
