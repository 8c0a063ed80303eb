import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApiFront } from '../../local/api-front.ts';
import type { InvocationResult } from '../../local/lambda/execution-environment.ts';
import { PortInUse } from '../../local/ports.ts';

const OK: InvocationResult = { payload: '{"statusCode":200,"body":"ok"}' };

interface Options {
  readonly routeKey?: string;
  readonly timeoutMs?: number;
  readonly answer?: (event: APIGatewayProxyEventV2) => Promise<InvocationResult> | InvocationResult;
}

/** A front whose one function answers as told, and the events that it was handed. */
async function startBench({ routeKey = '$default', timeoutMs = 20_000, answer = () => OK }: Options = {}) {
  const front = await startApiFront({ timeoutMs });
  onTestFinished(() => front.close());
  const events: APIGatewayProxyEventV2[] = [];
  front.serve([{ routeKey, functionName: 'api' }], async (_name, event) => {
    events.push(event as APIGatewayProxyEventV2);
    return answer(event as APIGatewayProxyEventV2);
  });
  return { front, events, call: (path: string, init: RequestInit = {}) => fetch(`${front.url}${path}`, init) };
}

describe('the event that a function is handed', () => {
  it('has the proxies that a caller names before its own address', async () => {
    const { call, events } = await startBench();
    await call('/', { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(events[0]?.headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1');
  });

  it('has the length of a body that came in chunks', async () => {
    const { front, events } = await startBench();
    const request = httpRequest(front.url, { method: 'POST' });
    const answered = new Promise((resolve) =>
      request.on('response', (response) => response.resume().on('end', resolve)),
    );
    request.write('{"rating"');
    request.end(':5}');
    await answered;
    expect(events[0]?.headers['content-length']).toBe('12');
  });

  it('has the request in payload format 2.0', async () => {
    const { front, call, events } = await startBench();
    await call('/v3/images/house?b=2&a=1&b=3', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Api-Key': 'key', 'User-Agent': 'test', Cookie: 'a=1; b=2' },
      body: '{"rating":5}',
    });
    const host = new URL(front.url).host;
    expect(events).toEqual([
      {
        version: '2.0',
        routeKey: '$default',
        rawPath: '/v3/images/house',
        rawQueryString: 'b=2&a=1&b=3',
        queryStringParameters: { a: '1', b: '2,3' },
        cookies: ['a=1', 'b=2'],
        headers: expect.objectContaining({
          'content-length': '12',
          'content-type': 'application/json',
          host,
          'user-agent': 'test',
          'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
          'x-api-key': 'key',
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-port': new URL(front.url).port,
          'x-forwarded-proto': 'http',
        }),
        body: '{"rating":5}',
        isBase64Encoded: false,
        requestContext: {
          accountId: '000000000000',
          apiId: 'local',
          domainName: host,
          domainPrefix: '127',
          http: {
            method: 'POST',
            path: '/v3/images/house',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'test',
          },
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          routeKey: '$default',
          stage: '$default',
          time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
          timeEpoch: expect.any(Number),
        },
      },
    ]);
    // One is handed over apart, the other ends at the gateway.
    for (const name of ['cookie', 'connection']) expect(events[0]?.headers).not.toHaveProperty(name);
  });

  it('joins the values of a header that comes twice with a comma', async () => {
    const { front, events } = await startBench();
    await new Promise((resolve) => {
      httpRequest(
        front.url,
        { headers: ['Host', 'local', 'Prefer', 'wait=1', 'prefer', 'respond-async'] },
        resolve,
      ).end();
    });
    expect(events[0]?.headers.prefer).toBe('wait=1,respond-async');
  });

  it('has no body, cookies or parameters where there are none', async () => {
    const { call, events } = await startBench();
    await call('/');
    for (const member of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) {
      expect(events[0]).not.toHaveProperty(member);
    }
    expect(events[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it.each([
    ['/a%20b%2Fc', '/a b/c'],
    ['/a%3Fb', '/a'],
    ['/100%', '/100%'],
  ])('has the path %s as the gateway decodes it: %s', async (path, decoded) => {
    const { call, events } = await startBench();
    await call(path);
    expect(events[0]).toMatchObject({ rawPath: decoded, requestContext: { http: { path: decoded } } });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/json;charset="UTF-8"', false],
    ['application/json; charset=iso-8859-1', true],
    ['application/problem+json', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('has a body of the type %s in Base64: %s', async (type, isBase64Encoded) => {
    const { call, events } = await startBench();
    await call('/', { method: 'POST', headers: { 'content-type': type }, body: 'hé' });
    const body = isBase64Encoded ? Buffer.from('hé').toString('base64') : 'hé';
    expect(events[0]).toMatchObject({ body, isBase64Encoded });
  });

  it('has what is no UTF-8 in a text as U+FFFD, and the length that came', async () => {
    const { call, events } = await startBench();
    const body = Buffer.from('{"image_name":"K\xfcche"}', 'latin1');
    await call('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(events[0]).toMatchObject({
      body: '{"image_name":"K\uFFFDche"}',
      isBase64Encoded: false,
      headers: { 'content-length': String(body.length) },
    });
  });

  it('has double slashes, and one at the end, as they came', async () => {
    const { front, events } = await startBench();
    await new Promise((resolve) => httpRequest(front.url, { path: '//v3//images/house/' }, resolve).end());
    expect(events[0]).toMatchObject({ rawPath: '//v3//images/house/', routeKey: '$default' });
  });

  it('has the path parameters of its route', async () => {
    const { call, events } = await startBench({ routeKey: 'GET /images/{id}' });
    await call('/images/house');
    expect(events[0]).toMatchObject({ routeKey: 'GET /images/{id}', pathParameters: { id: 'house' } });
  });
});

describe('the response', () => {
  it('is taken apart into status, headers, cookies and body', async () => {
    const payload = {
      statusCode: 202,
      headers: { 'X-Own': 'yes', 'content-type': 'a/b' },
      cookies: ['a=1', 'b=2'],
      body: 'hé',
    };
    const { call } = await startBench({ answer: () => ({ payload: JSON.stringify(payload) }) });
    const response = await call('/');
    expect(response.status).toBe(202);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(response.headers.get('content-type')).toBe('a/b');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('hé');
  });

  it.each([
    ['Base64 is decoded', { statusCode: 200, body: 'aMOp', isBase64Encoded: true }, 200, 'hé'],
    ['a missing body is empty', { statusCode: 204 }, 204, ''],
    ['JSON without a status is a 200 with that JSON', { hello: 'runtime' }, 200, '{"hello":"runtime"}'],
    ['text without a status is a 200 with its JSON', 'hello', 200, '"hello"'],
    ['nothing is a 200 with null', null, 200, 'null'],
    ['a status that is none is a 500', { statusCode: 'fine' }, 500, '{"message":"Internal Server Error"}'],
    [
      'a body that is no text is a 500',
      { statusCode: 200, body: { a: 1 } },
      500,
      '{"message":"Internal Server Error"}',
    ],
    [
      'a header that HTTP cannot carry is a 500',
      { statusCode: 200, headers: { a: 'x\ny' } },
      500,
      '{"message":"Internal Server Error"}',
    ],
  ])('%s', async (_, payload, status, body) => {
    const { call } = await startBench({ answer: () => ({ payload: JSON.stringify(payload) }) });
    const response = await call('/');
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it.each([
    ['threw', 'Error', 500, 'Internal Server Error'],
    ['crashed', 'Runtime.ExitError', 500, 'Internal Server Error'],
    ['answered too much', 'Function.ResponseSizeTooLarge', 500, 'Internal Server Error'],
    ['ran out of time', 'Sandbox.Timedout', 503, 'Service Unavailable'],
  ])('of a function that %s (%s) is a %i that tells nothing of it', async (_, errorType, status, message) => {
    const { call } = await startBench({ answer: () => ({ error: { errorType, errorMessage: 'inner secret' } }) });
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  it('is a 503 when the function takes longer than the gateway waits', async () => {
    const { call } = await startBench({ timeoutMs: 50, answer: () => new Promise(() => {}) });
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  it('is a 413 above 10 MB, and the function hears nothing of it', async () => {
    const { call, events } = await startBench();
    const response = await call('/', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect(events).toEqual([]);
    expect((await call('/', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024) })).status).toBe(200);
  });

  it('is a 404 when no route matches', async () => {
    const { call } = await startBench({ routeKey: 'GET /known' });
    const response = await call('/unknown');
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  it('to HEAD has the headers and no body', async () => {
    const { call, events } = await startBench();
    const response = await call('/', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '2', '']);
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(events[0]?.requestContext.http.method).toBe('HEAD');
  });
});

it('closing lets the response under way go out', async () => {
  const { promise, resolve } = Promise.withResolvers<InvocationResult>();
  const arrived = Promise.withResolvers<void>();
  const { front, call } = await startBench({
    answer: () => {
      arrived.resolve();
      return promise;
    },
  });
  const response = call('/');
  await arrived.promise;
  const closed = front.close(20_000);
  resolve(OK);
  expect(await (await response).text()).toBe('ok');
  await closed;
  await expect(call('/')).rejects.toThrow();
});

it('callers keep their connections until it closes', async () => {
  const { promise, resolve } = Promise.withResolvers<InvocationResult>();
  const { front, call, events } = await startBench({ answer: ({ rawPath }) => (rawPath === '/last' ? promise : OK) });
  expect((await call('/')).headers.get('connection')).toBe('keep-alive');
  const last = call('/last');
  await expect.poll(() => events.length).toBe(2);
  const closed = front.close(20_000);
  resolve(OK);
  expect((await last).headers.get('connection')).toBe('close');
  await closed;
});

it('a port that is taken is refused in one sentence', async () => {
  const { front } = await startBench();
  const port = Number(new URL(front.url).port);
  await expect(startApiFront({ port })).rejects.toThrow(PortInUse);
});
