import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  ApiKeyUnavailable,
  CallNotStarted,
  ConnectionLost,
  EndpointNotReached,
  GatewayFailed,
  type ProcessError,
  RefusedForGood,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../../functions/core/errors.ts';
import {
  backoffMs,
  decideRetry,
  type History,
  lostResponseWaitMs,
  retryPolicy,
  STATUS_RULES,
  verdictOf,
} from '../../../../functions/core/processing/retry-policy.ts';

const HOUR = 3_600_000;
const LOST_RESPONSE_WAIT_MS = 30_000;
const policy = retryPolicy({ retryForMs: 6 * HOUR, lostResponseWaitMs: LOST_RESPONSE_WAIT_MS });
const first: History = { attempts: 1, lostResponses: 0, retriedMs: 0 };
const old: History = { attempts: 40, lostResponses: 0, retriedMs: 6 * HOUR };
const ERRORS = {
  final: RefusedForGood,
  retry: RefusedForNow,
  may_have_acted: GatewayFailed,
  account_fault: AccountRefused,
} as const;
const refused = (status: number, retryAfterMs?: number, hasVendorsForm = true) => {
  const refusal = { status, response: '', ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return new ERRORS[verdictOf(status, { hasVendorsForm })]('', refusal);
};
const wait = (ms: number, counts = true) => ({ kind: 'wait', ms, counts });
const final = (code: string) => ({ kind: 'final', code });
const lost = (lostResponses: number): History => ({ ...first, attempts: lostResponses, lostResponses });

describe('decideRetry, with chance at its highest', () => {
  it.each<[string, ProcessError, History, object]>([
    ['404 is final', refused(404), first, final('not_found')],
    ['422 is final', refused(422), first, final('invalid_preferences')],
    ['400 is final', refused(400), first, final('refused')],
    ['408 waits', refused(408), first, wait(2000)],
    ['409 waits', refused(409), first, wait(2000)],
    ['423 waits', refused(423), first, wait(2000)],
    ['425 waits', refused(425), first, wait(2000)],
    [
      'what is old, and was attempted just often enough, is given up',
      refused(500),
      { ...old, attempts: policy.minAttempts },
      final('gave_up'),
    ],
    ['a redirect waits', refused(302), first, wait(2000)],
    ['a redirect that is old is given up', refused(302), old, final('gave_up')],
    ['a 404 of a proxy waits', refused(404, undefined, false), first, wait(2000)],
    ['a 404 of a proxy that is old is given up', refused(404, undefined, false), old, final('gave_up')],
    ['500 waits 2 s at first', refused(500), first, wait(2000)],
    ['500 waits 4 s next', refused(500), { ...first, attempts: 2 }, wait(4000)],
    ['500 waits 15 min at most', refused(500), { ...first, attempts: 30 }, wait(15 * 60_000)],
    ['no connection waits', new EndpointNotReached(''), first, wait(2000)],
    ['Retry-After is heeded when it is longer', refused(429, 90_000), first, wait(90_000)],
    ['Retry-After is ignored when it is shorter', refused(429, 500), first, wait(2000)],
    ['Retry-After is cut to an hour', refused(503, 5 * HOUR), first, wait(HOUR)],
    ['what is old is given up', refused(503), old, final('gave_up')],
    ['what is unreachable and old is given up', new EndpointNotReached(''), old, final('gave_up')],
    ['at least five attempts are made, however old', refused(503), { ...old, attempts: 4 }, wait(16_000)],
    ['what is not old is never given up', refused(503), { ...old, retriedMs: 6 * HOUR - 1 }, wait(15 * 60_000)],
    ['403 is retried', refused(403), first, wait(2000)],
    ['403 that is old is refused', refused(403), old, final('refused')],
    ['401 waits and does not count', refused(401), old, wait(0, false)],
    ['402 waits and does not count', refused(402), first, wait(0, false)],
    ['a key that cannot be had does not count', new ApiKeyUnavailable(''), old, wait(0, false)],
    ['a call that was not begun comes again at once', new CallNotStarted(''), old, wait(0, false)],
    ['a lost response waits 30 s', new ResponseTimedOut(''), lost(1), wait(33_000)],
    ['a second one 2 min', new ResponseTimedOut(''), lost(2), wait(132_000)],
    ['a third one 8 min', new ConnectionLost(''), lost(3), wait(528_000)],
    ['a fourth one 32 min', refused(504), lost(4), wait(2_112_000)],
    ['a fifth one 2 h 8 min', refused(502), lost(5), wait(8_448_000)],
    ['a sixth one is given up', new ConnectionLost(''), lost(6), final('gave_up')],
    ['a gateway that failed is given up after five retries', refused(524), lost(6), final('gave_up')],
    ['a lost response that is old is given up', new ConnectionLost(''), { ...old, lostResponses: 2 }, final('gave_up')],
    ['Retry-After of a gateway is heeded when it is longer', refused(504, 60_000), lost(1), wait(60_000)],
    ['and ignored when it is shorter', refused(504, 1000), lost(1), wait(33_000)],
    [
      'a first lost response after refusals waits 30 s',
      new ResponseTimedOut(''),
      { ...lost(1), attempts: 4 },
      wait(33_000),
    ],
    ['a refusal after lost responses waits by all attempts', refused(500), { ...lost(2), attempts: 4 }, wait(16_000)],
    ['earlier lost responses do not end a refusal', refused(500), { ...first, lostResponses: 6 }, wait(2000)],
  ])('%s', (_, error, history, decision) => {
    expect(decideRetry(error, history, policy, 1)).toEqual(decision);
  });
});

describe('backoffMs', () => {
  it('lies in the upper half of a doubling that ends at 15 minutes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const full = Math.min(15 * 60_000, 2000 * 2 ** (attempts - 1));
          const ms = backoffMs(attempts, policy, random);
          expect(ms).toBeGreaterThanOrEqual(full / 2);
          expect(ms).toBeLessThanOrEqual(full);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('lostResponseWaitMs', () => {
  const waits = (retryForMs: number) =>
    [1, 2, 3, 4, 5].map((lostResponses) =>
      lostResponseWaitMs(lostResponses, retryPolicy({ retryForMs, lostResponseWaitMs: LOST_RESPONSE_WAIT_MS }), 0),
    );

  it('spreads the five retries, so that an outage of an hour ends no request', () => {
    const sum = waits(6 * HOUR).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeGreaterThan(HOUR);
    expect(sum).toBeLessThan(6 * HOUR);
  });

  it('is never shorter than 30 s, nor longer than half of the time that a request is retried for', () => {
    expect(waits(4 * 60_000)).toEqual([30_000, 120_000, 120_000, 120_000, 120_000]);
    expect(waits(1000)).toEqual([30_000, 30_000, 30_000, 30_000, 30_000]);
  });
});

describe('the table of statuses', () => {
  it('gives a caller the status of the endpoint only where that is a 4xx', () => {
    const shown = STATUS_RULES.filter(({ endsAs }) => ['not_found', 'invalid_preferences', 'refused'].includes(endsAs));
    const statuses = shown.flatMap(({ statuses }) => (typeof statuses === 'number' ? [statuses * 100] : statuses));
    expect(statuses.toSorted()).toEqual([400, 403, 404, 422]);
  });

  it('names no status twice, and the first digits last', () => {
    const named = STATUS_RULES.flatMap(({ statuses }) => (typeof statuses === 'number' ? [] : statuses));
    expect(new Set(named).size).toBe(named.length);
    const kinds = STATUS_RULES.map(({ statuses }) => typeof statuses);
    expect(kinds.lastIndexOf('object')).toBeLessThan(kinds.indexOf('number'));
  });
});
