import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ApiKeySource } from '../../../../functions/adapters/autoenhance/client.ts';
import { DependencyUnavailable, type ProcessError } from '../../../../functions/core/errors.ts';
import type { Fault } from '../../../../local/sandbox/faults.ts';
import { createImages, failureOf, IMAGE, KEY, limits, startRawServer, startSandbox } from './support.ts';

describe('a key that the endpoint refuses', () => {
  test('is read again, and the call is made once more with a key that changed', async () => {
    const sandbox = await startSandbox();
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys('old-key', KEY) });
    const { response } = await images.process(IMAGE, {}, limits());
    expect(response).toContain(IMAGE);
    expect(sandbox.calls()).toMatchObject([
      { key: 'wrong', status: 401, acted: false },
      { key: 'right', status: 200, acted: true },
    ]);
  });

  test('is read again, and both calls say when they were sent', async () => {
    const sandbox = await startSandbox();
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys('old-key', KEY) });
    let sent = 0;
    const onSent = () => {
      sent += 1;
    };
    await images.process(IMAGE, {}, limits(), { onSent });
    expect(sent).toBe(2);
  });

  test.each([401, 402])('with %d is asked for afresh', async (status) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status, times: 1 });
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys('old-key', KEY) });
    await images.process(IMAGE, {}, limits());
    expect(sandbox.calls()).toMatchObject([{ status }, { status: 200 }]);
  });

  test('with 403 is asked for afresh for the next call, since this one counts for the daily limit', async () => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 403, times: 1 });
    let key = 'old-key';
    const refresh = async () => {
      key = KEY;
      return key;
    };
    const images = createImages({ baseUrl: sandbox.url, apiKey: { get: async () => key, refresh } });
    expect(await failureOf(images.process(IMAGE, {}, limits()))).toMatchObject({ code: 'refused_for_now' });
    expect(sandbox.calls()).toMatchObject([{ key: 'wrong', status: 403 }]);
    await images.process(IMAGE, {}, limits());
    expect(sandbox.calls()).toMatchObject([{ status: 403 }, { key: 'right', status: 200 }]);
  });

  test.each([401, 402, 403])(
    'with %d is asked for afresh to read an image, which counts for no limit',
    async (status) => {
      const keysSent: (string | undefined)[] = [];
      const { url } = await startRawServer((socket, received) => {
        const key = /^x-api-key: (.*)$/im.exec(String(received))?.[1]?.trim();
        keysSent.push(key);
        const line = key === KEY ? '200 OK' : `${status} No`;
        socket.end(`HTTP/1.1 ${line}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
      });
      const images = createImages({ baseUrl: url, apiKey: keys('old-key', KEY) });
      expect(await images.read(IMAGE, limits())).toMatchObject({ response: '{}' });
      expect(keysSent).toEqual(['old-key', KEY]);
    },
  );

  test.each([
    [401, 'account_refused'],
    [402, 'account_refused'],
    [403, 'refused_for_now'],
  ])('with %d and did not change ends the call', async (status, code) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status });
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys(KEY, KEY) });
    expect(await failureOf(images.process(IMAGE, {}, limits()))).toMatchObject({ code, refusal: { status } });
    expect(sandbox.calls()).toHaveLength(1);
  });

  test('twice ends the call, whatever else there is', async () => {
    const sandbox = await startSandbox({ apiKey: 'a third one' });
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys('old-key', 'new-key') });
    expect(await failureOf(images.process(IMAGE, {}, limits()))).toMatchObject({ code: 'account_refused' });
    expect(sandbox.calls()).toHaveLength(2);
  });

  test('ends the call as refused when no fresh one can be had', async () => {
    const sandbox = await startSandbox();
    const refresh = async () => Promise.reject(new DependencyUnavailable('secret', new Error('away')));
    const images = createImages({ baseUrl: sandbox.url, apiKey: { get: async () => 'old-key', refresh } });
    expect(await failureOf(images.process(IMAGE, {}, limits()))).toMatchObject({ code: 'account_refused' });
  });

  test('ends the call as refused when too little time is left for another', async () => {
    const sandbox = await startSandbox();
    let now = 1_000_000;
    const refresh = async () => {
      now += 58_000;
      return KEY;
    };
    const apiKey = { get: async () => 'old-key', refresh };
    const images = createImages({ baseUrl: sandbox.url, apiKey, clock: { now: () => now } });
    const error = await failureOf(images.process(IMAGE, {}, limits({ deadline: now + 60_000 })));
    expect(error).toMatchObject({ code: 'account_refused' });
    expect(sandbox.calls()).toHaveLength(1);
  });

  test('ends the call as refused when the invocation ends meanwhile', async () => {
    const sandbox = await startSandbox();
    const ending = new AbortController();
    const refresh = async () => {
      ending.abort();
      return KEY;
    };
    const images = createImages({ baseUrl: sandbox.url, apiKey: { get: async () => 'old-key', refresh } });
    const error = await failureOf(images.process(IMAGE, {}, limits({ signal: ending.signal })));
    expect(error).toMatchObject({ code: 'account_refused' });
    expect(sandbox.calls()).toHaveLength(1);
  });

  test.each([404, 422, 429, 500])('is not asked for after %d', async (status) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status });
    let refreshes = 0;
    const refresh = async () => {
      refreshes += 1;
      return 'new-key';
    };
    const images = createImages({ baseUrl: sandbox.url, apiKey: { get: async () => KEY, refresh } });
    await failureOf(images.process(IMAGE, {}, limits()));
    expect(refreshes).toBe(0);
  });
});

describe('a key that cannot be had', () => {
  const cause = new DependencyUnavailable('secret', new Error('away'));
  const apiKey = { get: async () => Promise.reject(cause), refresh: async () => Promise.reject(cause) };

  test("is the account's fault, and nothing is sent", async () => {
    const sandbox = await startSandbox();
    const error = await failureOf(createImages({ baseUrl: sandbox.url, apiKey }).process(IMAGE, {}, limits()));
    expect(error).toMatchObject({ code: 'api_key_unavailable', reach: 'not_sent', accountFault: true, cause });
    expect(sandbox.calls()).toEqual([]);
  });

  test('is no fault of the account when the invocation has ended', async () => {
    const sandbox = await startSandbox();
    const ended = limits({ signal: AbortSignal.abort() });
    const error = await failureOf(createImages({ baseUrl: sandbox.url, apiKey }).process(IMAGE, {}, ended));
    expect(error).toMatchObject({ code: 'call_not_started', accountFault: false });
  });
});

describe('the key', () => {
  const quoting = { message: `the key ${KEY} is wrong`, detail: [KEY] };
  test.each<[string, Fault]>([
    ...[307, 401, 403, 404, 422, 500].map((status): [string, Fault] => [
      `a response of ${status} that quotes it`,
      { kind: 'status', status, body: quoting, headers: { location: `/${KEY}`, 'x-echo': KEY } },
    ]),
    ['a reset', { kind: 'reset' }],
  ])('is nowhere in the error after %s', async (_case, fault) => {
    const sandbox = await startSandbox();
    sandbox.fail(fault);
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).process(IMAGE, {}, limits()));
    expect(everythingIn(error)).not.toContain(KEY);
  });

  test('is not in the error when no server listens', async () => {
    const { url, close } = await startRawServer(() => {});
    await close();
    const error = await failureOf(createImages({ baseUrl: url }).process(IMAGE, {}, limits()));
    expect(everythingIn(error)).not.toContain(KEY);
  });

  test('is nowhere in the error after a response that is no HTTP', async () => {
    const { url } = await startRawServer((socket, received) => socket.end(received));
    const error = await failureOf(createImages({ baseUrl: url }).process(IMAGE, {}, limits()));
    expect(error.code).toBe('connection_lost');
    expect(everythingIn(error)).not.toContain(KEY);
  });

  test('is nowhere in the error when a header cannot carry it', async () => {
    const sandbox = await startSandbox();
    const apiKey = keys(`${KEY}\r\nx-other: 1`, KEY);
    const error = await failureOf(createImages({ baseUrl: sandbox.url, apiKey }).process(IMAGE, {}, limits()));
    expect(error.code).toBe('endpoint_not_reached');
    expect(everythingIn(error)).not.toContain(KEY);
  });

  test('is masked in a successful response that quotes it', async () => {
    const quotable = 'key"with\\marks';
    const sandbox = await startSandbox({ apiKey: quotable });
    const images = createImages({ baseUrl: sandbox.url, apiKey: keys(quotable, quotable) });
    const { response } = await images.process(IMAGE, { image_name: `by ${quotable}` }, limits());
    expect(JSON.parse(response ?? '')).toMatchObject({ image_name: 'by ***' });
  });
});

function keys(first: string, fresh: string): ApiKeySource {
  return { get: async () => first, refresh: async () => fresh };
}

function everythingIn(error: ProcessError): string {
  return inspect(error, { depth: null, showHidden: true, maxStringLength: null }) + JSON.stringify(error);
}
