import { gzipSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureIn } from '../../local/outcomes.ts';
import { type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ sandbox: { acceptAnyImage: false, images: [{ id: 'known' }] } });
});
afterAll(() => flow.end());

describe('over HTTP', () => {
  it.each<[string, string, RequestInit, number, object]>([
    [
      'not JSON',
      '/v3/images/known/process',
      { method: 'POST', body: 'hello' },
      400,
      { status: 400, detail: expect.stringContaining('got "hello"') },
    ],
    ...['application/json', 'application/json; charset=iso-8859-1', 'text/plain', 'application/octet-stream'].map(
      (type): [string, string, RequestInit, number, object] => [
        `Latin-1 as ${type}`,
        '/v3/images/known/process',
        {
          method: 'POST',
          body: Buffer.from('{"image_name":"K\xfcche"}', 'latin1'),
          headers: { 'content-type': type },
        },
        400,
        { detail: expect.stringContaining('the body must be JSON in UTF-8') },
      ],
    ),
    [
      'a compressed body',
      '/v3/images/known/process',
      { method: 'POST', body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } },
      415,
      { detail: expect.stringContaining('the body must not be compressed, got Content-Encoding "gzip"') },
    ],
    [
      'the message of the queue',
      '/v3/images/known/process',
      { method: 'POST', body: '{"image_id":"known","preferences":{"enhance_type":"warm"}}' },
      422,
      { detail: { json: { preferences: [expect.stringContaining('over HTTP the body is the content of')] } } },
    ],
    [
      'wrong types',
      '/v3/images/known/process',
      { method: 'POST', body: '{"enhance":"yes"}' },
      422,
      { message: 'Validation error', detail: { json: { enhance: ['enhance must be true or false, got "yes"'] } } },
    ],
    [
      'a rating out of range',
      '/v3/images/known/process',
      { method: 'POST', body: '{"rating":7}' },
      422,
      { detail: { json: { rating: ['rating must be an integer from 0 to 5, got 7'] } } },
    ],
    [
      'no key',
      '/v3/images/known/process',
      { method: 'POST', body: '{}', headers: { 'x-api-key': '' } },
      401,
      { message: 'Unauthorized' },
    ],
    [
      'a wrong key',
      '/v3/images/known/process',
      { method: 'POST', body: '{}', headers: { 'x-api-key': 'x' } },
      401,
      { message: 'Unauthorized' },
    ],
    [
      'an unknown route',
      '/v3/unknown',
      {},
      404,
      { status: 404, detail: expect.stringContaining('there is no GET /v3/unknown') },
    ],
    [
      'an unknown image',
      '/v3/images/unknown/process',
      { method: 'POST', body: '{}' },
      404,
      { message: expect.any(String) },
    ],
    [
      'an unknown request',
      `/v3/requests/http:${'0'.repeat(64)}`,
      {},
      404,
      { detail: expect.stringContaining('you have no request with this id') },
    ],
    [
      'a body of 300 KB',
      '/v3/images/known/process',
      { method: 'POST', body: `{"a":"${'x'.repeat(300_000)}"}` },
      413,
      { status: 413, detail: expect.stringContaining('at most 262144 bytes') },
    ],
    [
      'a body of 11 MB',
      '/v3/images/known/process',
      { method: 'POST', body: 'x'.repeat(11_000_000) },
      413,
      { message: expect.any(String) },
    ],
  ])('%s gets a clear answer', async (_, path, init, status, body) => {
    const answered = await flow.fetch(path, init);
    expect(answered.status).toBe(status);
    expect(await answered.json()).toMatchObject(body);
  });

  it.each<[string, string, RequestInit, object]>([
    ['no body', '/v3/images/known/process', {}, {}],
    ['double slashes', '//v3/images/known/process', { body: '{"hdr":true}' }, { hdr: true }],
    ['a slash at the end', '/v3/images/known/process/', { body: '{"hdr":true}' }, { hdr: true }],
    [
      'UTF-8 behind a byte order mark',
      '/v3/images/known/process',
      { body: '\uFEFF{"image_name":"Küche"}' },
      { image_name: 'Küche' },
    ],
  ])('%s is taken', async (_, path, init, preferences) => {
    const answered = await flow.fetch(path, { method: 'POST', ...init });
    expect(answered.status).toBe(200);
    expect(JSON.parse(flow.sandbox.calls().at(-1)?.body ?? '')).toEqual(preferences);
  });

  it('what the endpoint refuses is answered in its own words', async () => {
    flow.sandbox.fail({
      kind: 'status',
      status: 422,
      times: 1,
      body: { message: 'Validation error', detail: { json: { ai_version: ['too old'] } } },
    });
    const answered = await flow.process('outdated', { ai_version: '1.0' });
    expect(answered.status).toBe(422);
    expect(await answered.json()).toEqual({
      message: 'Validation error',
      detail: { json: { ai_version: ['too old'] } },
    });
    const [event] = await flow.eventsOf('outdated');
    expect(event).toMatchObject({
      type: 'reprocess.failed',
      data: { error: { code: 'invalid_preferences', status: 422, endpoint: { message: 'Validation error' } } },
    });
  });
});

describe('on the queue', () => {
  let count = 0;
  const send = async (group: string, body: string) => {
    count += 1;
    const input = {
      QueueUrl: flow.queueUrls.requests,
      MessageGroupId: group,
      MessageDeduplicationId: `bad-${count}`,
      MessageBody: body,
    };
    await flow.sqs.send(new SendMessageCommand(input));
  };

  it.each<[string, string, string, RegExp]>([
    ['garbage', 'garbage-group', 'garbage', /it must be a JSON object, got "garbage"/],
    ['1 MiB of garbage', 'large-group', 'x'.repeat(1024 * 1024 - 200), /it must be a JSON object, got "xxx/],
    [
      'a foreign group',
      'not-the-image',
      '{"image_id":"known","preferences":{}}',
      /the message group must be the image id known, a UUID in lower case, got "not-the-image"/,
    ],
    ['no preferences', 'no-preferences', '{"image_id":"no-preferences"}', /preferences must be an object, got nothing/],
    [
      'a request id of the HTTP entry point',
      'forged',
      `{"image_id":"forged","preferences":{},"request_id":"http:${'0'.repeat(64)}"}`,
      /none has this id/,
    ],
  ])('%s ends as reprocess.failed, and says what was wrong', async (_, group, body, detail) => {
    await send(group, body);
    const [event] = await flow.eventsThat((each) => detail.test(failureIn(each)?.detail ?? ''));
    expect(event).toMatchObject({
      type: 'reprocess.failed',
      data: { error: { code: 'invalid_request' }, attempts: 0 },
    });
  });

  it('does not stop its group', async () => {
    for (const body of ['garbage', '{"image_id":"after","preferences":{"rating":9}}']) await send('after', body);
    await flow.queueRequest({ image_id: 'after', preferences: {} });
    const events = await flow.eventsOf('after', 3);
    expect(events.map((event) => failureIn(event)?.code)).toEqual(['invalid_request', 'invalid_request', 'not_found']);
  });
});
