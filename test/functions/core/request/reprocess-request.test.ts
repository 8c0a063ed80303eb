import { describe, expect, it } from 'vitest';
import {
  againRequestId,
  fingerprintOf,
  hasItemFirst,
  httpRequestId,
  namespaceOf,
  type ReprocessRequest,
  retryRequestId,
  sqsMessageRequestId,
  sqsRequestId,
  uploadRequestId,
} from '../../../../functions/core/request/reprocess-request.ts';

describe('request ids', () => {
  it('fit what SQS takes as a deduplication id, with room for the name of an event', () => {
    const ids = [
      httpRequestId('acme', 'é'.repeat(255)),
      sqsRequestId('AROA1:session', 'x'),
      sqsMessageRequestId('id'),
      uploadRequestId('bucket', 'ключ', 'v1', 7),
    ];
    for (const id of ids) expect(id).toMatch(/^(http|sqs|upload):[0-9a-f]{64}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are the same for the same sender under another session, and differ between senders', () => {
    expect(sqsRequestId('AROA1:monday', 'r1')).toBe(sqsRequestId('AROA1:tuesday', 'r1'));
    expect(sqsRequestId('AROA1:monday', 'r1')).not.toBe(sqsRequestId('AROA2:monday', 'r1'));
  });

  it('do not collide when their parts are cut elsewhere', () => {
    expect(httpRequestId('ab', 'c')).not.toBe(httpRequestId('a', 'bc'));
    expect(sqsRequestId('sender', 'a')).not.toBe(sqsMessageRequestId('sendera'));
  });
});

describe('the id of a request that an older release has accepted', () => {
  it.each([
    [httpRequestId('acme', 'key'), 'http:57d9d1554121d3c3ef13f6748181bf85a97d7e2de7a4ffbda26e6166b7bff38b'],
    [sqsRequestId('AROA1:monday', 'r1'), 'sqs:e588a26bf19e3957405dfcb17db5c7d0a21c6ed19d552467af6874c1be2b3eb6'],
    [
      uploadRequestId('bucket', 'key', 'v1', 7),
      'upload:f8c59bad71241a7d071a16263d6f1d3551ea398bf06dfd31ee99a5616eab60d0',
    ],
    [
      uploadRequestId('bucket', 'key', 'v1', 7, 2),
      'upload:40b0c509a8b38aa420d30b7b67738e57533abdddb7f03dd3009f32cf79ac140d',
    ],
    [againRequestId('sqs:first', 2), 'sqs:81f1b9d2ae0e467cf74327ea6f57cd3bc1fdb6131698659263fb57bc2c17bba7'],
    [retryRequestId('sqs:first'), 'http:1b33cd2d05bd57bfe3b7d7760bf254f2aa06cc0dfacaffe70423515e51c95061'],
  ])('is still %s: sent once more, it is not carried out twice', (id, standing) => expect(id).toBe(standing));
});

describe('the source of a request', () => {
  it.each([
    ['http:1', 'http'],
    ['sqs:1', 'sqs'],
    ['upload:1', 'upload'],
    ['mine:1', undefined],
  ])('whose id is %s is %s', (id, source) => expect(namespaceOf(id)).toBe(source));
});

it.each<[Pick<ReprocessRequest, 'source' | 'again'>, boolean]>([
  [{ source: 'http' }, true],
  [{ source: 'upload' }, true],
  [{ source: 'sqs' }, false],
  [{ source: 'sqs', again: { requestId: 'sqs:1', round: 1 } }, true],
])('a request %j has its item before its message: %j', (request, hasItem) => {
  expect(hasItemFirst(request)).toBe(hasItem);
});

describe('fingerprintOf', () => {
  it('is the same for the same content in another order', () => {
    expect(fingerprintOf('i', { a: 1, b: 2 })).toBe(fingerprintOf('i', { b: 2, a: 1 }));
  });

  it('differs for another image or another preference', () => {
    const all = [fingerprintOf('i', {}), fingerprintOf('j', {}), fingerprintOf('i', { a: null })];
    expect(new Set(all).size).toBe(3);
  });
});
