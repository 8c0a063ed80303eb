import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  httpRequestId,
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

describe('fingerprintOf', () => {
  it('is the same for the same content in another order', () => {
    expect(fingerprintOf('i', { a: 1, b: 2 })).toBe(fingerprintOf('i', { b: 2, a: 1 }));
  });

  it('differs for another image or another preference', () => {
    const all = [fingerprintOf('i', {}), fingerprintOf('j', {}), fingerprintOf('i', { a: null })];
    expect(new Set(all).size).toBe(3);
  });
});
