import { describe, expect, test, vi } from 'vitest';
import { type Transport, TransportFailed } from '../../../../functions/adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../../../../functions/adapters/autoenhance/transport.ts';
import { isJsonObject, parseJson } from '../../../../functions/core/json.ts';
import { clock, createImages, failureOf, IMAGE, KEY, limits, startRawServer, startSandbox } from './support.ts';

const PREFERENCES = { ai_version: '4.x', enhance: true, enhance_type: 'neutral', hdr: true };

describe('a call', () => {
  test('asks the endpoint as its page says, with what the caller sent and nothing else', async () => {
    const sandbox = await startSandbox();
    await createImages({ baseUrl: sandbox.url }).process(IMAGE, PREFERENCES, limits());
    const [call, ...others] = sandbox.calls();
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      method: 'POST',
      path: `/v3/images/${IMAGE}/process`,
      key: 'right',
      body: JSON.stringify(PREFERENCES),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'x-api-version': '2025-05-08',
        'user-agent': 'autoenhance-reprocess',
      },
    });
  });

  test("sends the request's own API version in place of the stage's", async () => {
    const sandbox = await startSandbox();
    await createImages({ baseUrl: sandbox.url }).process(IMAGE, PREFERENCES, limits(), { apiVersion: '2026-10-01' });
    expect(sandbox.calls()[0]?.headers['x-api-version']).toBe('2026-10-01');
  });

  test('passes numbers on as the literals that they came as', async () => {
    const sandbox = await startSandbox();
    const text = '{"rating":4.0,"metadata":{"a":-0,"b":1.50,"c":1E2}}';
    const preferences = parseJson(text);
    if (!isJsonObject(preferences)) throw new Error('not an object');
    await createImages({ baseUrl: sandbox.url }).process(IMAGE, preferences, limits());
    expect(sandbox.calls()[0]?.body).toBe(text);
  });

  test("hands on the endpoint's record as it came", async () => {
    const sandbox = await startSandbox();
    const { response, warnings } = await createImages({ baseUrl: sandbox.url }).process(IMAGE, PREFERENCES, limits());
    expect(JSON.parse(response ?? '')).toMatchObject({ ...PREFERENCES, image_id: IMAGE, status: 'processing' });
    expect(warnings).toEqual([]);
  });

  test('loses no digit of a number that JavaScript cannot hold, on the way there and back', async () => {
    const sandbox = await startSandbox();
    const metadata = '"metadata":{"listing":12345678901234567890}';
    const preferences = parseJson(`{${metadata}}`);
    if (!isJsonObject(preferences)) throw new Error('not an object');
    const { response } = await createImages({ baseUrl: sandbox.url }).process(IMAGE, preferences, limits());
    expect(sandbox.calls()[0]?.body).toBe(`{${metadata}}`);
    expect(response).toContain(metadata);
  });
});

describe('a response that is not read whole', () => {
  test.each([
    [{ kind: 'malformed' }, 'not JSON'],
    [{ kind: 'oversized' }, 'too long, broke off or could not be decoded'],
    [{ kind: 'broken_body' }, 'too long, broke off or could not be decoded'],
    [{ kind: 'status', status: 200, body: [], acts: true }, 'not a JSON object'],
    [
      { kind: 'status', status: 200, body: 'no br', headers: { 'content-encoding': 'br' }, acts: true },
      'could not be decoded',
    ],
  ] as const)('after %o is a success with a warning, and no second call', async (fault, reason) => {
    const sandbox = await startSandbox();
    sandbox.fail(fault);
    const response = await createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits());
    expect(response).toEqual({ response: null, warnings: [expect.stringContaining(reason)] });
    expect(sandbox.calls()).toMatchObject([{ acted: true }]);
  });

  test.each(['utf-8', 'gzip'])(
    'because its encoding is said to be %s is read all the same, where it is JSON',
    async (coding) => {
      const sandbox = await startSandbox();
      const body = { image_id: IMAGE, status: 'processing' };
      sandbox.fail({ kind: 'status', status: 200, body, headers: { 'content-encoding': coding }, acts: true });
      const response = await createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits());
      expect(response).toEqual({ response: JSON.stringify(body), warnings: [] });
    },
  );

  test('because its body stalls is a success with a warning', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'stalled_body' });
    const images = createImages({ baseUrl: sandbox.url, attemptTimeoutMs: 1_000, leastMs: 1 });
    expect(await images.process(IMAGE, {}, limits())).toMatchObject({ response: null, warnings: [expect.any(String)] });
  });

  test('but refuses the request is still that refusal', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 422, body: 'x'.repeat(300 * 1024) });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'refused_for_now', refusal: { status: 422 } });
    expect(error.refusal?.response).toHaveLength(256 * 1024);
  });
});

describe('a refusal', () => {
  test.each([
    [400, { code: 'refused_for_good', retryable: false, accountFault: false }],
    [401, { code: 'account_refused', retryable: true, accountFault: true }],
    [402, { code: 'account_refused', retryable: true, accountFault: true }],
    [403, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [404, { code: 'refused_for_good', retryable: false, accountFault: false }],
    [408, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [409, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [422, { code: 'refused_for_good', retryable: false, accountFault: false }],
    [423, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [425, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [429, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [500, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [502, { code: 'gateway_failed', reach: 'may_have_acted', retryable: true }],
    [503, { code: 'refused_for_now', retryable: true, accountFault: false }],
    [504, { code: 'gateway_failed', reach: 'may_have_acted', retryable: true }],
  ])('with %d after one call is %o', async (status, expected) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status, body: { message: 'why', detail: status } });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    const refusal = { status, response: `{"message":"why","detail":${status}}` };
    expect(error).toMatchObject({ reach: 'refused', ...expected, refusal });
    expect(sandbox.calls()).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('by a redirect (%d) may pass, and the key stays here', async (status) => {
    const [sandbox, elsewhere] = [await startSandbox(), await startSandbox()];
    sandbox.fail({ kind: 'status', status, headers: { location: `${elsewhere.url}/v3/images/${IMAGE}/process` } });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'refused_for_now', refusal: { status } });
    expect(elsewhere.calls()).toEqual([]);
  });

  test("of an unknown image carries the endpoint's own words", async () => {
    const sandbox = await startSandbox();
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process('no-such-image', {}, limits()));
    expect(error.refusal?.status).toBe(404);
    expect(JSON.parse(error.refusal?.response ?? '')).toMatchObject({ message: 'Image not found' });
  });

  test.each([
    ['7', 7_000],
    [new Date(Date.now() + 30 * 60_000).toUTCString(), 1_800_000],
  ])('with Retry-After "%s" says how long to wait', async (retryAfter, expected) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 503, retryAfter });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    // A date has whole seconds, and the response's own is up to a minute of test later than the one in the table.
    expect(error.refusal?.retryAfterMs).toBeGreaterThan(expected - 60_000);
    expect(error.refusal?.retryAfterMs).toBeLessThanOrEqual(expected);
  });
});

describe('a call without a response', () => {
  test('because no server listens was not sent', async () => {
    const { url, close } = await startRawServer(() => {});
    await close();
    const error = await failureOf(createImages({ baseUrl: url }).process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'endpoint_not_reached', reach: 'not_sent', retryable: true });
    expect(error.message).toMatch(/^the endpoint could not be reached: connect ECONNREFUSED/);
  });

  test('because no connection stands in time was not sent', async () => {
    const mute = await startRawServer(() => {});
    const images = createImages({ baseUrl: `https://127.0.0.1:${mute.port}`, connectTimeoutMs: 50 });
    expect(await failureOf(images.process(IMAGE, {}, limits()))).toMatchObject({ code: 'endpoint_not_reached' });
  });

  test.each([false, true])('because of a reset may have acted (it had: %s)', async (acts) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'reset', acts });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'connection_lost', reach: 'may_have_acted', retryable: true });
    expect(sandbox.calls()).toMatchObject([{ acted: acts }]);
  });

  test.each([false, true])('because the endpoint hangs may have acted (it had: %s)', async (acts) => {
    const sandbox = await startSandbox();
    const transport = createHttpsTransport({ clock });
    await createImages({ baseUrl: sandbox.url, transport }).process(IMAGE, {}, limits());
    sandbox.fail({ kind: 'hang', acts });
    const hasty = createImages({ baseUrl: sandbox.url, transport, attemptTimeoutMs: 1_000, leastMs: 1 });
    const error = await failureOf(hasty.process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'answer_timed_out', reach: 'may_have_acted', retryable: true });
    expect(sandbox.calls()).toMatchObject([{}, { acted: acts }]);
  });

  test('because the invocation ends may have acted', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'hang' });
    const ending = new AbortController();
    const images = createImages({ baseUrl: sandbox.url });
    const failed = failureOf(images.process(IMAGE, {}, limits({ signal: ending.signal })));
    await vi.waitFor(() => expect(sandbox.calls()).toHaveLength(1), { interval: 5, timeout: 90_000 });
    ending.abort();
    expect(await failed).toMatchObject({ code: 'answer_timed_out', reach: 'may_have_acted' });
  });

  test('because the invocation ends before the connection stands was not started', async () => {
    const ending = new AbortController();
    const transport: Transport = async () => {
      ending.abort();
      throw new TransportFailed('it ended', { sent: false, timedOut: true });
    };
    const images = createImages({ baseUrl: 'http://unused', transport });
    const error = await failureOf(images.process(IMAGE, {}, limits({ signal: ending.signal })));
    expect(error).toMatchObject({ code: 'call_not_started', reach: 'not_sent' });
  });
});

describe('the time of a call', () => {
  const NOW = 1_000_000;
  test.each([
    ['the attempt timeout, with time to spare', 60_000, 10_000],
    ['what the deadline leaves, less the reserve', 8_000, 5_000],
    ['the least that is worth a call', 4_000, 1_000],
  ])('is %s', async (_case, leftMs, expected) => {
    const given: number[] = [];
    const transport: Transport = async ({ attemptTimeoutMs, connectTimeoutMs }) => {
      given.push(attemptTimeoutMs, connectTimeoutMs);
      return { status: 200, headers: {}, body: '{}', truncated: false };
    };
    const images = createImages({ baseUrl: 'http://unused', transport, clock: { now: () => NOW } });
    await images.process(IMAGE, {}, limits({ deadline: NOW + leftMs }));
    expect(given).toEqual([expected, 2_000]);
  });

  test.each([
    ['too little is left', { deadline: NOW + 3_999 }],
    ['none is left', { deadline: NOW - 1 }],
    ['the time to begin is over', { deadline: NOW + 60_000, startsUntil: NOW }],
    ['the invocation has ended', { deadline: NOW + 60_000, signal: AbortSignal.abort() }],
  ])('does not begin when %s', async (_case, given) => {
    const sandbox = await startSandbox();
    const images = createImages({ baseUrl: sandbox.url, clock: { now: () => NOW } });
    const error = await failureOf(images.process(IMAGE, {}, limits(given)));
    expect(error).toMatchObject({ code: 'call_not_started', reach: 'not_sent', retryable: true });
    expect(sandbox.calls()).toEqual([]);
  });

  test('does not begin when reading the key took it all', async () => {
    const sandbox = await startSandbox();
    let now = NOW;
    const get = async () => {
      now += 60_000;
      return KEY;
    };
    const images = createImages({ baseUrl: sandbox.url, clock: { now: () => now }, apiKey: { get, refresh: get } });
    const error = await failureOf(images.process(IMAGE, {}, limits({ deadline: NOW + 60_000 })));
    expect(error.code).toBe('call_not_started');
    expect(sandbox.calls()).toEqual([]);
  });
});
