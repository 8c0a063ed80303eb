import { describe, expect, it } from 'vitest';
import { idempotencyKeyOf } from '../../../functions/lambda/call-headers.ts';

describe('an Idempotency-Key', () => {
  it.each(['a', 'a b', '!'.repeat(255)])('may be %j', (key) => {
    expect(idempotencyKeyOf({ headers: { 'idempotency-key': key } })).toEqual({ idempotencyKey: key });
  });

  it.each(['', ' a', 'a ', 'ä', '!'.repeat(256), 'a\tb'])('must not be %j', (key) => {
    expect(() => idempotencyKeyOf({ headers: { 'idempotency-key': key } })).toThrow('1 to 255 visible ASCII');
  });

  it('may be left out', () => expect(idempotencyKeyOf({ headers: {} })).toEqual({}));
});
