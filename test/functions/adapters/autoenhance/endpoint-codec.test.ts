import { describe, expect, test } from 'vitest';
import { decodeProcess, encodeProcess } from '../../../../functions/adapters/autoenhance/endpoint-codec.ts';
import type { HttpResponse } from '../../../../functions/adapters/autoenhance/http-request.ts';
import type { ProcessError } from '../../../../functions/core/errors.ts';
import { isJsonObject, parseJson } from '../../../../functions/core/json.ts';

const ENDPOINT = { baseUrl: 'https://api.autoenhance.ai', apiVersion: '' };
const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('the request', () => {
  test.each([
    ['https://api.autoenhance.ai', 'https://api.autoenhance.ai/v3/images/42/process'],
    ['https://api.autoenhance.ai/', 'https://api.autoenhance.ai/v3/images/42/process'],
    ['http://127.0.0.1:4010/proxy', 'http://127.0.0.1:4010/proxy/v3/images/42/process'],
  ])('at %s goes to %s', (baseUrl, url) => {
    expect(encodeProcess({ ...ENDPOINT, baseUrl }, 'k', '42', {}).url).toBe(url);
  });

  test('keeps an image id within its own path segment', () => {
    expect(encodeProcess(ENDPOINT, 'k', 'a/b?c#d', {}).url).toContain('/images/a%2Fb%3Fc%23d/process');
  });

  test.each(['{}', '{"hdr":true,"enhance":null,"z":1,"a":2}', '{"metadata":{"id":12345678901234567890}}'])(
    'carries %s as it came',
    (text) => {
      const preferences = parseJson(text);
      if (!isJsonObject(preferences)) throw new Error('the table holds objects only');
      expect(encodeProcess(ENDPOINT, 'k', '42', preferences).body).toBe(text);
    },
  );

  test('names an API version only where the stage has one', () => {
    expect(encodeProcess(ENDPOINT, 'k', '42', {}).headers).not.toHaveProperty('x-api-version');
    const { headers } = encodeProcess({ ...ENDPOINT, apiVersion: '2025-05-08' }, 'k', '42', {});
    expect(headers['x-api-version']).toBe('2025-05-08');
  });
});

describe('a 2xx response', () => {
  test.each([200, 201, 202])('of status %d with a JSON object is handed on as it came', (status) => {
    const body = '{ "image_id": "42",\n "n": 12345678901234567890 }';
    expect(decodeProcess(answer({ status, body }), NOW)).toEqual({ response: body, warnings: [] });
  });

  test.each([
    ['is empty', answer({ status: 204, body: '' }), 'not JSON'],
    ['is no JSON', answer({ body: '<html>' }), 'not JSON'],
    ['is an array', answer({ body: '[1]' }), 'not a JSON object'],
    ['is null', answer({ body: 'null' }), 'not a JSON object'],
    ['is a number that a double cannot hold', answer({ body: '12345678901234567890' }), 'not a JSON object'],
    [
      'broke off or was too long',
      answer({ body: '{"a":1}', truncated: true }),
      'too long, broke off or could not be decoded',
    ],
    ['nests too deep', answer({ body: `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` }), 'nested too deep'],
    ['nests as deep as fits', answer({ body: '['.repeat(256 * 1024) }), 'not JSON'],
  ])('that %s counts as acted, without a record and with a warning', (_case, given, reason) => {
    const decoded = decodeProcess(given, NOW);
    expect(decoded.response).toBeNull();
    expect(decoded.warnings).toEqual([expect.stringContaining(reason)]);
  });
});

describe('every other response', () => {
  const account = { code: 'account_refused', retryable: true, accountFault: true, reach: 'refused' };
  const forNow = { code: 'refused_for_now', retryable: true, accountFault: false, reach: 'refused' };
  const forGood = { code: 'refused_for_good', retryable: false, accountFault: false, reach: 'refused' };
  const gateway = { code: 'gateway_failed', retryable: true, accountFault: false, reach: 'may_have_acted' };
  const body = JSON.stringify({ message: 'why', detail: {} });
  test.each([
    ...[400, 404, 405, 410, 413, 415, 422, 451, 499].map((status) => [status, forGood] as const),
    ...[401, 402].map((status) => [status, account] as const),
    ...[403, 408, 409, 423, 425, 429].map((status) => [status, forNow] as const),
    ...[502, 504, 520, 524].map((status) => [status, gateway] as const),
    ...[500, 501, 503, 505, 521, 522, 523, 525, 599].map((status) => [status, forNow] as const),
    ...[300, 301, 302, 304, 307, 308].map((status) => [status, forNow] as const),
    ...[99, 199, 600, 999].map((status) => [status, forNow] as const),
  ])("of status %d in the vendor's form is %o", (status, expected) => {
    const error = refusal(answer({ status, body }));
    expect(error).toMatchObject({ ...expected, refusal: { status, response: body } });
    expect(error.message).toContain(String(status));
  });

  test.each([
    ['text', { body: 'default backend - 404' }],
    ['a page', { body: '<html><h1>404 Not Found</h1></html>' }],
    ['nothing', { body: '' }],
    ["an API gateway's JSON", { body: '{"message":"Not Found"}' }],
    ['an array', { body: '[{"message":"m","detail":"d"}]' }],
    ['a message that is no text', { body: '{"message":null,"detail":"d"}' }],
    ['a body that broke off', { body, truncated: true }],
  ])('of a final status with %s is a proxy’s word, and retried', (_, given) => {
    for (const status of [400, 404, 405, 410, 413, 422]) {
      const error = refusal(answer({ status, ...given }));
      expect(error).toMatchObject({ ...forNow, refusal: { status } });
      expect(error.message).toContain('a proxy may have answered in its place');
    }
  });

  test('of wrong preferences names the fields, where the vendor does', () => {
    const fields = { message: 'Validation error', detail: { json: { rating: ['Not a valid integer.'] } } };
    const error = refusal(answer({ status: 422, body: JSON.stringify(fields) }));
    expect(error.message).toBe('the endpoint answered 422: the preferences are wrong; rating: Not a valid integer.');
  });

  test('of the account is believed in any form', () => {
    for (const status of [401, 402]) expect(refusal(answer({ status, body: '<html>' }))).toMatchObject(account);
  });

  test('carries how long the endpoint asks us to wait', () => {
    const error = refusal(answer({ status: 429, headers: { 'retry-after': '7' } }));
    expect(error.refusal?.retryAfterMs).toBe(7_000);
  });
});

function answer(given: Partial<HttpResponse>): HttpResponse {
  return { status: 200, headers: {}, body: '', truncated: false, ...given };
}

function refusal(given: HttpResponse): ProcessError {
  try {
    decodeProcess(given, NOW);
  } catch (error) {
    return error as ProcessError;
  }
  throw new Error('the response was taken for a good one');
}
