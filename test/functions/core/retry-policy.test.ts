import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AccountRefused,
  AnswerTimedOut,
  ApiKeyUnavailable,
  CallNotStarted,
  ConnectionLost,
  EndpointNotReached,
  type ProcessError,
  RefusedForGood,
  RefusedForNow,
} from '../../../functions/core/errors.ts';
import { backoffMs, decideRetry, type History, retryPolicy } from '../../../functions/core/retry-policy.ts';

const HOUR = 3_600_000;
const policy = retryPolicy({ retryForMs: 6 * HOUR, lostAnswerWaitMs: 30_000 });
const first: History = { attempts: 1, lostAnswers: 0, retriedMs: 0 };
const old: History = { attempts: 40, lostAnswers: 0, retriedMs: 6 * HOUR };
const refused = (status: number, retryAfterMs?: number) => {
  const refusal = { status, answer: '', ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 401 || status === 402) return new AccountRefused('', refusal);
  const isForNow = [403, 408, 409, 423, 425, 429].includes(status) || status >= 500;
  return isForNow ? new RefusedForNow('', refusal) : new RefusedForGood('', refusal);
};
const wait = (ms: number, counts = true) => ({ kind: 'wait', ms, counts });
const final = (code: string) => ({ kind: 'final', code });
const lost = (lostAnswers: number): History => ({ ...first, attempts: lostAnswers, lostAnswers });

describe('decideRetry, with chance at its highest', () => {
  it.each<[string, ProcessError, History, object]>([
    ['404 is final', refused(404), first, final('not_found')],
    ['422 is final', refused(422), first, final('invalid_preferences')],
    ['400 is final', refused(400), first, final('refused')],
    ['a redirect is final', refused(302), first, final('refused')],
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
    ['a lost answer waits as long as the stage says', new AnswerTimedOut(''), lost(1), wait(30_000)],
    ['a lost answer is repeated a fifth time', new ConnectionLost(''), lost(5), wait(32_000)],
    ['a lost answer is not repeated a sixth time', new ConnectionLost(''), lost(6), final('gave_up')],
    ['earlier lost answers do not end a refusal', refused(500), { ...first, lostAnswers: 6 }, wait(2000)],
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
      { numRuns: 10_000 },
    );
  });
});
