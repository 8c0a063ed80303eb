import { describe, expect, it } from 'vitest';
import { conditionalGet } from '../../../functions/lambda/conditional-get.ts';
import { httpEvent } from '../../support/http-event.ts';
import { KEY, openApi } from '../reprocess-api/support.ts';

const { call } = openApi({ sqs: (async () => ({ Attributes: {} })) as never });
const read = (headers: Record<string, string> = {}, method = 'GET', path = '/v3/requests') =>
  call({ method, path, headers: { 'x-api-key': KEY, ...headers } });

describe('what a partner reads', () => {
  it('has an ETag, and may be kept if it is asked for each time', async () => {
    const { statusCode, headers } = await read();
    expect([statusCode, headers['cache-control']]).toEqual([200, 'private, no-cache']);
    expect(headers.etag).toMatch(/^"[\w-]{27}"$/);
    expect((await read({}, 'HEAD')).headers.etag).toBe(headers.etag);
  });

  it.each<[string, (etag: string) => string]>([
    ['that ETag', (etag) => etag],
    ['it among others', (etag) => `"other", ${etag}`],
    ['it made weak by a proxy', (etag) => `W/${etag}`],
  ])('is answered 304 without a body to a caller with %s', async (_, named) => {
    const { etag = '' } = (await read()).headers;
    const { statusCode, headers, body } = await read({ 'if-none-match': named(etag) });
    expect([statusCode, body]).toEqual([304, '']);
    expect(headers).toEqual({ etag, 'cache-control': 'private, no-cache' });
  });

  it('is answered whole to a caller with another one', async () => {
    expect((await read({ 'if-none-match': '"other"' })).statusCode).toBe(200);
  });
});

it.each([
  ['what is no JSON', 'a picture may be shown again for a minute', 200, 'image/png', 'max-age=60'],
  ['what is no success', 'an image may be there a moment later', 404, 'application/json', 'no-store'],
])('%s keeps its own header: %s', async (_what, _why, statusCode, type, cacheControl) => {
  const response = { statusCode, headers: { 'content-type': type, 'cache-control': cacheControl }, body: '' };
  const event = { ...httpEvent({ path: '/v3/images/villa/preview' }), partner: { name: 'acme' } };
  const request = { event, response, context: {}, error: null, internal: {} };
  await conditionalGet().after?.(request as never);
  expect(request.response).toBe(response);
});

it.each([
  ['a refusal', '/v3/requests?', { 'x-api-key': 'wrong' }, 401],
  ['an error', '/v3/requests/http:unknown', {}, 404],
  ['a probe', '/healthz', {}, 200],
])('%s has no ETag and is not kept', async (_, path, headers, status) => {
  const response = await read(headers, 'GET', path.replace('?', ''));
  expect([response.statusCode, response.headers['cache-control']]).toEqual([status, 'no-store']);
  expect(response.headers).not.toHaveProperty('etag');
});
