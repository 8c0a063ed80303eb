import { describe, expect, it } from 'vitest';
import { createRepeats, DynamoRefused, kindOf } from '../../../../functions/adapters/ledger/dynamo/repeats.ts';

const refused = (name: string, status = 400, message = '') => new DynamoRefused(name, message, status);
const failed = (code: string) => Object.assign(new Error(code), { code });
const named = (name: string) => Object.assign(new Error(name), { name });

describe('what may pass', () => {
  it.each<[string, unknown, ReturnType<typeof kindOf>]>([
    ['a table above its throughput', refused('ProvisionedThroughputExceededException'), 'throttled'],
    ['an account above its limit', refused('RequestLimitExceeded'), 'throttled'],
    ['a throttled operation', refused('ThrottlingException'), 'throttled'],
    ['a status 429', refused('Anything', 429), 'throttled'],
    ['DynamoDB’s own failure', refused('InternalServerError', 500), 'passing'],
    ['DynamoDB being away', refused('ServiceUnavailable', 503), 'passing'],
    ['a gateway’s words', refused('Status502', 502), 'passing'],
    ['no answer in time', named('TimeoutError'), 'passing'],
    ...[
      'ECONNRESET',
      'ECONNREFUSED',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
    ].map((code) => [`a connection with ${code}`, failed(code), 'passing'] as [string, unknown, 'passing']),
    ['a certificate that nobody trusts', failed('DEPTH_ZERO_SELF_SIGNED_CERT'), undefined],
    ['a signature made long before', refused('InvalidSignatureException', 400, 'Signature expired: 1 < 2'), 'passing'],
    ['a wrong signature', refused('InvalidSignatureException', 403, 'it does not match'), undefined],
    ['a condition', refused('ConditionalCheckFailedException'), undefined],
    ['a wrong request', refused('ValidationException'), undefined],
    ['a missing right', refused('AccessDeniedException'), undefined],
    ['a missing table', refused('ResourceNotFoundException'), undefined],
    ['an invocation that ended', named('AbortError'), undefined],
    ['an error of our own', new TypeError('x is undefined'), undefined],
  ])('%s', (_name, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});

describe('repeats', () => {
  const away = refused('InternalServerError', 500);

  it('wait a random part of 25 ms, then of 50 ms; throttled ones of a second', () => {
    const repeats = createRepeats(9, () => 0.5);
    expect([1, 2, 3].map((attempt) => repeats.after(away, attempt)?.pauseMs)).toEqual([12, 25, 50]);
    expect(repeats.after(refused('ThrottlingException'), 1)?.pauseMs).toBe(500);
    expect(createRepeats(99, () => 0.99).after(away, 60)?.pauseMs).toBe(19_800);
  });

  it('end with the last attempt', () => {
    const repeats = createRepeats(3, () => 0);
    expect(repeats.after(away, 2)).toBeDefined();
    expect(repeats.after(away, 3)).toBeUndefined();
  });

  it('end when most calls fail, and begin again with what succeeds', () => {
    const repeats = createRepeats(3, () => 0);
    let allowed = 0;
    while (repeats.after(away, 1) !== undefined) allowed += 1;
    expect(allowed).toBe(35);
    repeats.succeeded(14);
    expect(repeats.after(away, 1)).toBeDefined();
  });
});
