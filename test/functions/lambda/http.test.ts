import { describe, expect, it } from 'vitest';
import { DependencyUnavailable, InvalidCursor } from '../../../functions/core/errors.ts';
import { BadRequest } from '../../../functions/lambda/bad-request.ts';
import {
  createHttpHandler,
  inTime,
  problem,
  readBody,
  readBytes,
  unknownRouteResponse,
  wholeSeconds,
} from '../../../functions/lambda/http.ts';
import { NOON, standingClock } from '../../support/fixtures.ts';
import { httpEvent } from '../../support/http-event.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

const eventOf = (body: string | undefined, headers: Record<string, string> = {}, isBase64Encoded = false) => ({
  ...httpEvent({ headers }),
  ...{ headers, isBase64Encoded },
  ...(body !== undefined && { body }),
});
const base64 = (...bytes: readonly number[]) => Buffer.from(bytes).toString('base64');

describe('a call’s work', () => {
  it.each([
    [10_000, 9000],
    [1000, 0],
    [500, 0],
  ])('that has %d ms left is cut off after %d ms, so that there is time to respond', async (remainingMs, ms) => {
    const clock = standingClock();
    const { signal } = new AbortController();
    const limits = await inTime(lambdaContext(remainingMs), clock, signal, async (given) => given);
    expect(limits.deadline).toBe(NOON + ms);
  });

  it.each<[Error, number]>([
    [new BadRequest(422, 'no'), 422],
    [new InvalidCursor('no'), 400],
  ])('that ends as %s is answered with %d', async (error, status) => {
    const handle = createHttpHandler(standingClock(), () => Promise.reject(error));
    const response = await handle({}, lambdaContext(), new AbortController());
    expect([response.statusCode, JSON.parse(response.body ?? '')]).toMatchObject([status, { detail: 'no' }]);
  });

  it('that fails otherwise is no response of its own', async () => {
    const error = new DependencyUnavailable('ledger', new Error('away'));
    const handle = createHttpHandler(standingClock(), () => Promise.reject(error));
    await expect(handle({}, lambdaContext(), new AbortController())).rejects.toBe(error);
  });
});

describe('a body', () => {
  it.each<[string, ReturnType<typeof eventOf>, string]>([
    ['that is none is empty', eventOf(undefined), ''],
    ['is text', eventOf('ä'), 'ä'],
    ['may come as Base64', eventOf(base64(0xc3, 0xa4), {}, true), 'ä'],
    ['is as long as it may be', eventOf('12345'), '12345'],
    ['may say that it is not compressed', eventOf('a', { 'content-encoding': ' Identity ' }), 'a'],
    ['has the length that it had', eventOf('ä', { 'content-length': '2' }), 'ä'],
    ['may have lost a byte order mark', eventOf('a', { 'content-length': '4' }), 'a'],
    ['may have any word for its length', eventOf('a', { 'content-length': 'long' }), 'a'],
  ])('%s', (_, event, text) => expect(readBody(event, 5)).toEqual({ text }));

  it.each<[string, ReturnType<typeof eventOf>, number, RegExp]>([
    ['is too long', eventOf('123456'), 413, /^the body must be at most 5 bytes, got 6$/],
    ['is compressed', eventOf('a', { 'content-encoding': 'gzip' }), 415, /got Content-Encoding "gzip"/],
    ['is no UTF-8', eventOf(base64(0xff), {}, true), 400, /UTF-8/],
    ['was changed on its way', eventOf('\ufffd'), 400, /UTF-8/],
    ['has half a character', eventOf('\ud800'), 400, /UTF-8/],
    ['has lost a byte', eventOf('a', { 'content-length': '2' }), 400, /UTF-8/],
    ['has lost more than a mark', eventOf('a', { 'content-length': '5' }), 400, /UTF-8/],
  ])('that %s is refused', (_, event, status, detail) => {
    expect(readBody(event, 5)).toEqual({ refusal: { status, detail: expect.stringMatching(detail) } });
  });

  it('that is too long is refused with advice', () => {
    expect(readBytes(eventOf('123456'), 5, ': send less')).toMatchObject({
      refusal: { detail: expect.stringMatching(/got 6: send less$/) },
    });
  });
});

describe('a problem', () => {
  it.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [409, 'Conflict'],
    [410, 'Gone'],
    [413, 'Content Too Large'],
    [415, 'Unsupported Media Type'],
    [422, 'Unprocessable Content'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
    [504, 'Gateway Timeout'],
    [418, 'Error'],
  ])('of %i has its title, %s', (status, title) => {
    const { statusCode, headers, body } = problem(status, 'why', { 'retry-after': '5' }, { code: 'it' });
    expect([statusCode, headers]).toEqual([
      status,
      { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '5' },
    ]);
    expect(JSON.parse(body ?? '')).toEqual({ type: 'about:blank', title, status, detail: 'why', code: 'it' });
  });

  it('of an unknown route names those that there are, and no more than the beginning of the path', () => {
    const { statusCode, body } = unknownRouteResponse('GET', `/${'x'.repeat(500)}`, 'GET /a');
    expect([statusCode, JSON.parse(body ?? '').detail]).toEqual([
      404,
      `there is no GET /${'x'.repeat(199)}; there are GET /a`,
    ]);
  });
});

it.each([
  [0, 1],
  [-5000, 1],
  [1000, 1],
  [1001, 2],
])('%d ms are %d whole seconds, and never none', (ms, seconds) => expect(wholeSeconds(ms)).toBe(seconds));
