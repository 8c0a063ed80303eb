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

describe('a 2xx answer', () => {
  test.each([200, 201, 202])('of status %d with a JSON object is handed on as it came', (status) => {
    const body = '{ "image_id": "42",\n "n": 12345678901234567890 }';
    expect(decodeProcess(answer({ status, body }), NOW)).toEqual({ response: body, warnings: [] });
  });

  test.each([
    ['is empty', answer({ status: 204, body: '' }), 'no JSON'],
    ['is no JSON', answer({ body: '<html>' }), 'no JSON'],
    ['is an array', answer({ body: '[1]' }), 'no JSON object'],
    ['is null', answer({ body: 'null' }), 'no JSON object'],
    ['is a number that a double cannot hold', answer({ body: '12345678901234567890' }), 'no JSON object'],
    ['broke off or was too long', answer({ body: '{"a":1}', truncated: true }), 'too long, broke off or was no UTF-8'],
    ['nests too deep', answer({ body: `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` }), 'nests too deep'],
    ['nests as deep as fits', answer({ body: '['.repeat(256 * 1024) }), 'no JSON'],
    ['is compressed', answer({ body: '{"a":1}', headers: { 'content-encoding': 'gzip' } }), 'compressed'],
  ])('that %s counts as acted, without a record and with a warning', (_case, given, reason) => {
    const decoded = decodeProcess(given, NOW);
    expect(decoded.response).toBeNull();
    expect(decoded.warnings).toEqual([expect.stringContaining(reason)]);
  });

  test('that says "identity" is no compressed one', () => {
    const given = answer({ body: '{"a":1}', headers: { 'content-encoding': 'Identity' } });
    expect(decodeProcess(given, NOW).response).toBe('{"a":1}');
  });
});

describe('every other response', () => {
  const account = { code: 'account_refused', retryable: true, accountFault: true };
  const forNow = { code: 'refused_for_now', retryable: true, accountFault: false };
  const forGood = { code: 'refused_for_good', retryable: false, accountFault: false };
  test.each([
    [99, forNow],
    [199, forNow],
    [300, forGood],
    [301, forGood],
    [302, forGood],
    [304, forGood],
    [307, forGood],
    [308, forGood],
    [400, forGood],
    [401, account],
    [402, account],
    [403, forNow],
    [404, forGood],
    [405, forGood],
    [408, forNow],
    [409, forNow],
    [410, forGood],
    [413, forGood],
    [415, forGood],
    [422, forGood],
    [423, forNow],
    [425, forNow],
    [429, forNow],
    [451, forGood],
    [499, forGood],
    [500, forNow],
    [501, forNow],
    [502, forNow],
    [503, forNow],
    [504, forNow],
    [599, forNow],
    [999, forNow],
  ])('of status %d is %o', (status, expected) => {
    const error = refusal(answer({ status, body: 'why' }));
    expect(error).toMatchObject({ ...expected, reach: 'refused', refusal: { status, response: 'why' } });
    expect(error.message).toContain(String(status));
  });

  test('carries how long the endpoint asks us to wait', () => {
    const error = refusal(answer({ status: 429, headers: { 'retry-after': '7' } }));
    expect(error.refusal?.retryAfterMs).toBe(7_000);
  });

  test('carries no text that cannot be read', () => {
    const error = refusal(answer({ status: 500, body: '\u001f\ufffd', headers: { 'content-encoding': 'gzip' } }));
    expect(error.refusal?.response).toBe('');
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
