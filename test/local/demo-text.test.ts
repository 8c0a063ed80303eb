import { describe, expect, it } from 'vitest';
import { type DemoFacts, demoText, missingFrom } from '../../local/demo-text.ts';

const preferences = { ai_version: '4.x', hdr: true };
const record = (image_id: string) => ({ user_id: null, ...preferences, status: 'processing', image_id, rating: null });
const call = (image: string) => ({
  method: 'POST',
  path: `/v3/images/${image}/process`,
  headers: { host: 'endpoint', 'x-api-key': '***', 'content-type': 'application/json', connection: 'keep-alive' },
  body: JSON.stringify(preferences),
});
const event = (source: string, image: string) => ({
  id: `${source}:1.succeeded`,
  type: 'reprocess.succeeded',
  subject: image,
  time: '2026-11-22T10:00:00.000Z',
  data: { request: { request_id: `${source}:1`, source }, image: record(image), attempts: 1, warnings: [] },
});

const finished = (source: string, image: string) => ({
  id: `${source}-finished`,
  type: 'image.processed',
  subject: image,
  time: '2026-11-22T10:00:01.000Z',
  data: { request: { request_id: `${source}:1`, source }, image: record(image), error: false, confirmed: true },
});
const read = (image: string) => ({ ...call(image), method: 'GET', path: `/v3/images/${image}`, body: '' });

const facts: DemoFacts = {
  imageIds: { http: 'house', queue: 'garden' },
  preferences,
  queueNames: { requests: 'requests.fifo', results: 'results.fifo' },
  calls: [call('house'), call('garden'), read('house'), read('garden')],
  response: { status: 200, requestId: 'http:1', body: JSON.stringify(record('house')) },
  webhookBodies: ['{"event":"image_processed","image_id":"house"}', 'not JSON'],
  events: [event('http', 'house'), event('sqs', 'garden'), finished('http', 'house'), finished('sqs', 'garden')],
};

describe('the demo', () => {
  it('prints the same whichever image was looked up first', () => {
    const calls = [call('house'), call('garden'), read('garden'), read('house')];
    expect(demoText({ ...facts, calls })).toBe(demoText(facts));
  });

  it('prints what went in, what the endpoint was sent and what came out, for a person to read', () => {
    expect(demoText(facts)).toBe(`What went in: over HTTP
  POST /v3/images/house/process
  x-api-key: ***
  content-type: application/json
  {"ai_version":"4.x","hdr":true}

What went in: on the queue requests.fifo
  message group garden
  {"image_id":"garden","preferences":{"ai_version":"4.x","hdr":true}}

What the endpoint received: call 1
  POST /v3/images/house/process
  x-api-key: ***
  content-type: application/json
  {"ai_version":"4.x","hdr":true}

What the endpoint received: call 2
  POST /v3/images/garden/process
  x-api-key: ***
  content-type: application/json
  {"ai_version":"4.x","hdr":true}

The HTTP response
  200
  reprocess-request-id: http:1
  {"image_id":"house","status":"processing","ai_version":"4.x","hdr":true}
  and 2 more fields

What came out: on the queue results.fifo
  type      reprocess.succeeded
  id        http:1.succeeded
  subject   house
  time      2026-11-22T10:00:00.000Z
  request   over http
  attempts  1
  image     {"image_id":"house","status":"processing","ai_version":"4.x","hdr":true}
            and 2 more fields

What came out: on the queue results.fifo
  type      reprocess.succeeded
  id        sqs:1.succeeded
  subject   garden
  time      2026-11-22T10:00:00.000Z
  request   over sqs
  attempts  1
  image     {"image_id":"garden","status":"processing","ai_version":"4.x","hdr":true}
            and 2 more fields

What the webhook received: call 1
  POST /webhooks/autoenhance
  authentication: ***
  {"event":"image_processed","image_id":"house"}

What the webhook received: call 2
  POST /webhooks/autoenhance
  authentication: ***
  "not JSON"

Follow-up calls to the endpoint
  GET /v3/images/house
  GET /v3/images/garden

What came out: on the queue results.fifo
  type      image.processed
  id        http-finished
  subject   house
  time      2026-11-22T10:00:01.000Z
  request   over http
  confirmed true
  image     {"image_id":"house","status":"processing","ai_version":"4.x","hdr":true}
            and 2 more fields

What came out: on the queue results.fifo
  type      image.processed
  id        sqs-finished
  subject   garden
  time      2026-11-22T10:00:01.000Z
  request   over sqs
  confirmed true
  image     {"image_id":"garden","status":"processing","ai_version":"4.x","hdr":true}
            and 2 more fields

Everything arrived.`);
  });

  it.each<[string, Partial<DemoFacts>, readonly string[]]>([
    ['nothing when all arrived', {}, []],
    ['the HTTP response', { response: undefined }, ['the HTTP response must be 200, got none']],
    [
      'an HTTP response of another kind',
      { response: { status: 202, requestId: '', body: '{}' } },
      ['the HTTP response must be 200, got 202'],
    ],
    ['a call', { calls: [call('house')] }, ['the endpoint did not receive the request over queue']],
    [
      'a call with another body',
      { calls: [{ ...call('house'), body: '{}' }, call('garden')] },
      ['the endpoint did not receive the request over http'],
    ],
    ['an outcome', { events: facts.events.slice(1) }, ['there is no reprocess.succeeded for the request over http']],
    [
      'an outcome that failed',
      { events: [{ ...event('http', 'house'), type: 'reprocess.failed' }, ...facts.events.slice(1)] },
      ['there is no reprocess.succeeded for the request over http'],
    ],
    [
      'the end of an image',
      { events: facts.events.slice(0, 3) },
      ['there is no image.processed for the request over queue'],
    ],
    [
      'an image that failed',
      { events: [...facts.events.slice(0, 3), { ...finished('sqs', 'garden'), type: 'image.failed' }] },
      ['there is no image.processed for the request over queue'],
    ],
  ])('misses %s', (_, difference, missing) => {
    expect(missingFrom({ ...facts, ...difference })).toEqual(missing);
  });

  it('says at its end what is missing', () => {
    expect(demoText({ ...facts, response: undefined })).toMatch(
      /\n\nMissing\n {2}the HTTP response must be 200, got none$/,
    );
  });

  it('shows why a request failed', () => {
    const failure = { ...event('http', 'house'), type: 'reprocess.failed' };
    const data = { ...failure.data, error: { code: 'not_found', detail: 'no such image' } };
    expect(demoText({ ...facts, events: [{ ...failure, data }] })).toContain(
      '  error     {"code":"not_found","detail":"no such image"}\n',
    );
  });
});
