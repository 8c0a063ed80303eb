import { STATUS_CODES, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY, openApi } from './support.ts';

const empty = (async () => ({})) as never;
const away = (async () => {
  throw new Error('connect ECONNREFUSED 10.0.0.7');
}) as never;

const text = fc.string({ unit: 'binary', maxLength: 60 });
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const preferences = fc
  .record(
    {
      rating: fc.oneof(fc.integer(), fc.jsonValue()),
      ai_version: fc.oneof(text, fc.jsonValue()),
      cloud_type: fc.oneof(text, fc.constant(null)),
      enhance_type: text,
      metadata: fc.jsonValue(),
      __proto__: fc.jsonValue(),
      toJSON: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('base64'));
/** Nothing in it is wrong, and much deserves a warning. */
const passed = fc
  .record({ cloud_type: text, enhance_type: text, metadata: fc.dictionary(text, fc.jsonValue()) }, { requiredKeys: [] })
  .map((value) => JSON.stringify(value));
const body = fc.oneof(
  { weight: 3, arbitrary: preferences },
  { weight: 3, arbitrary: passed },
  json,
  text,
  bytes,
  fc.constant(undefined),
);
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constant('house') },
  text,
  fc.constantFrom('.', '..', 'a'.repeat(129), `http:${'0'.repeat(64)}`),
);
const path = fc.oneof(
  { weight: 4, arbitrary: segment.map((id) => `/v3/images/${id}/process`) },
  segment.map((id) => `/v3/images/${id}/requests`),
  segment.map((id) => `/v3/requests/${id}`),
  fc.constant('/healthz'),
  text,
);
const headers = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(
        'prefer',
        'idempotency-key',
        'reprocess-not-after',
        'x-api-key',
        'x-api-version',
        'content-length',
      ),
      fc.oneof(text, fc.constantFrom('wait=1', 'respond-async', '2026-11-22T10:00:00Z')),
      { maxKeys: 2 },
    ),
    fc.constantFrom({ 'x-api-key': KEY }, { 'x-api-key': KEY }, {}),
  )
  .map(([some, right]) => ({ ...some, ...right }));
const method = fc.constantFrom('POST', 'POST', 'POST', 'PATCH', 'GET', 'GET', 'HEAD', 'PUT');
const query = fc.option(
  fc.dictionary(fc.constantFrom('limit', 'cursor'), fc.oneof(text, fc.constantFrom('1', '100'))),
  // Most routes take none.
  { nil: {}, freq: 1 },
);
const given = fc.record({ method, path, headers, query, body, isBase64Encoded: fc.boolean() });

/** Statuses that the endpoint also has: those of its own that come from here are in its form. */
const ENDPOINTS = [401, 422];

describe('whatever comes in', () => {
  it('gets valid JSON, with a 4xx that says why, and a 5xx only for what is unavailable', async () => {
    const statuses = new Set<number>();
    const runtime = fc.record({
      dynamo: fc.constantFrom(empty, empty, away),
      sqs: fc.constantFrom(empty, empty, away),
    });
    await fc.assert(
      fc.asyncProperty(given, runtime, async (call, parts) => {
        const api = openApi(parts);
        const { statusCode: status, headers: answered, body: content = '' } = await api.call(call);
        statuses.add(status);
        const isAway = parts.dynamo === away || parts.sqs === away;
        expect([200, 202, 400, 401, 404, 422, ...(isAway ? [503] : [])]).toContain(status);
        for (const [name, value] of Object.entries(answered)) validateHeaderValue(name, value);
        const told = JSON.parse(content);
        if (ENDPOINTS.includes(status)) expect(Object.keys(told)).toEqual(['message', 'detail']);
        else if (status >= 400) {
          expect(told).toMatchObject({
            type: 'about:blank',
            title: STATUS_CODES[status],
            status,
            detail: expect.any(String),
          });
        }
        expect(content).not.toContain('10.0.0.7');
        expect(api.lines.join()).not.toContain(KEY);
      }),
      { numRuns: 600 },
    );
    expect([...statuses].sort()).toEqual([200, 202, 400, 401, 404, 422, 503]);
  });
});
