import * as sdk from '@smithy/core/retry';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../functions/aws/refused.ts';
import { createRepeats, kindOf } from '../../../functions/aws/repeats.ts';
import { CallFailed } from '../../../functions/http/call.ts';

const refused = (name: string, status = 400, message = '') => new Refused(name, message, status);
const failed = (code: string) => Object.assign(new Error(code), { code });
const named = (name: string) => Object.assign(new Error(name), { name });

const CODES = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
const THROTTLING = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'TooManyRequestsException',
  'TransactionInProgressException',
];

describe('what may pass', () => {
  it.each<[string, unknown, ReturnType<typeof kindOf>]>([
    ['a table above its throughput', refused('ProvisionedThroughputExceededException'), 'throttled'],
    ['an account above its limit', refused('RequestLimitExceeded'), 'throttled'],
    ['a throttled operation', refused('ThrottlingException'), 'throttled'],
    ['a throttled queue', refused('RequestThrottled', 403), 'throttled'],
    ...THROTTLING.map((name) => [`AWS’s ${name}`, refused(name), 'throttled'] as [string, unknown, 'throttled']),
    ['a status 429', refused('Anything', 429), 'throttled'],
    ['AWS’s own failure', refused('InternalServerError', 500), 'passing'],
    ['Secrets Manager’s own failure', refused('InternalServiceError', 500), 'passing'],
    ['a service that is away', refused('ServiceUnavailable', 503), 'passing'],
    ['a gateway’s words', refused('Status502', 502), 'passing'],
    ['no answer in time', named('TimeoutError'), 'passing'],
    ...CODES.map((code) => [`a connection with ${code}`, failed(code), 'passing'] as [string, unknown, 'passing']),
    ['a certificate that nobody trusts', failed('DEPTH_ZERO_SELF_SIGNED_CERT'), undefined],
    ['a signature made long before', refused('InvalidSignatureException', 400, 'Signature expired: 1 < 2'), 'passing'],
    ['a wrong signature', refused('InvalidSignatureException', 403, 'it does not match'), undefined],
    ['a condition', refused('ConditionalCheckFailedException'), undefined],
    ['a wrong request', refused('ValidationException'), undefined],
    ['a missing right', refused('AccessDeniedException'), undefined],
    ['a missing table', refused('ResourceNotFoundException'), undefined],
    ['an invocation that ended', named('AbortError'), undefined],
    ['a status that is not AWS’s', refused('Status501', 501), undefined],
    ['an error of our own', new TypeError('x is undefined'), undefined],
  ])('%s', (_name, error, kind) => {
    expect(kindOf(error)).toBe(kind);
    expect(kindOfSdk(error)).toBe(kind);
  });

  function kindOfSdk(error: unknown): ReturnType<typeof kindOf> {
    if (sdk.isThrottlingError(error as never)) return 'throttled';
    return sdk.isTransientError(error as never) ? 'passing' : undefined;
  }
});

describe('repeats', () => {
  const away = refused('InternalServerError', 500);
  const repeatsOf = (maxAttempts: number, random = () => 0, firstPauseMs = 25) =>
    createRepeats({ maxAttempts, firstPauseMs }, random);

  it('wait a random part of the first pause, then of twice as much; throttled ones of a second', () => {
    const repeats = repeatsOf(9, () => 0.5);
    expect([1, 2, 3].map((attempt) => repeats.after(away, attempt)?.pauseMs)).toEqual([12, 25, 50]);
    expect(repeats.after(refused('ThrottlingException'), 1)?.pauseMs).toBe(500);
    expect(repeatsOf(9, () => 0.5, 50).after(away, 1)?.pauseMs).toBe(25);
    expect(repeatsOf(99, () => 0.99).after(away, 60)?.pauseMs).toBe(19_800);
  });

  it('end with the last attempt', () => {
    const repeats = repeatsOf(3);
    expect(repeats.after(away, 2)).toBeDefined();
    expect(repeats.after(away, 3)).toBeUndefined();
  });

  it('end when most calls fail, and begin again with what succeeds', () => {
    const repeats = repeatsOf(3);
    let allowed = 0;
    while (repeats.after(away, 1) !== undefined) allowed += 1;
    expect(allowed).toBe(35);
    repeats.succeeded(14);
    expect(repeats.after(away, 1)).toBeDefined();
  });

  it('of what is throttled cost less, and calls that need none earn one each', () => {
    const repeats = repeatsOf(3);
    const throttled = refused('RequestThrottled', 403);
    let allowed = 0;
    while (repeats.after(throttled, 1) !== undefined) allowed += 1;
    expect(allowed).toBe(100);
    for (let call = 0; call < 4; call += 1) repeats.succeeded();
    expect(repeats.after(throttled, 1)).toBeUndefined();
    repeats.succeeded();
    expect(repeats.after(throttled, 1)).toBeDefined();
  });

  it('do not begin for a call that was given up', () => {
    expect(repeatsOf(3).after(new CallFailed('AbortError', 'given up', { sent: true }), 1)).toBeUndefined();
  });
});
