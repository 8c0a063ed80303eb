import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../functions/core/json.ts';
import { parseNotAfter } from '../../../../functions/core/request/not-after.ts';
import { parsePreferences } from '../../../../functions/core/request/preferences.ts';
import {
  againRequestId,
  fingerprintOf,
  httpRequestId,
  type ReprocessRequest,
  uploadRequestId,
} from '../../../../functions/core/request/reprocess-request.ts';
import { decodeMessage, encodeRequest } from '../../../../functions/core/request/request-message.ts';

/** A request as an entry point makes it of what it was handed; undefined where it refuses that. */
function taken(json: string, time?: string): ReprocessRequest | undefined {
  const parsed = parsePreferences(parseJson(json));
  const notAfter = parseNotAfter(time);
  if (!parsed.ok || (time !== undefined && notAfter === undefined)) return undefined;
  const { preferences } = parsed;
  return {
    requestId: httpRequestId('acme', 'order-7'),
    imageId: 'house',
    preferences,
    fingerprint: fingerprintOf('house', preferences),
    source: 'http',
    acceptedAt: 7,
    ...(notAfter !== undefined && { notAfter }),
  };
}

/** What the worker makes of it. */
function arrived(request: ReprocessRequest) {
  const place = { messageId: 'm', receiptHandle: 'r', groupId: 'house', receiveCount: 1, senderId: 's', sentAt: 7 };
  return decodeMessage({ ...place, body: encodeRequest(request) });
}

/** Preferences with so many objects in one another, themselves included. */
const nested = (levels: number) => `{"metadata":${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}}`;
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(), fc.integer({ min: -400, max: 400 })).map(([digits, exponent]) => `${digits}e${exponent}`),
);
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => JSON.stringify(value));
const value = fc.oneof(
  number,
  text,
  fc.jsonValue().map((any) => JSON.stringify(any)),
);
const preferences = fc
  .array(fc.tuple(text, value), { maxLength: 6 })
  .map((members) => `{${members.map(([name, content]) => `${name}:${content}`).join(',')}}`);

describe('what an entry point takes, the worker understands', () => {
  it('to the last digit', () => {
    let count = 0;
    fc.assert(
      fc.property(preferences, (json) => {
        const request = taken(json);
        if (request === undefined) return;
        count += 1;
        expect(arrived(request)).toMatchObject({ request: { fingerprint: request.fingerprint } });
      }),
      { numRuns: 500 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it('to the deepest level', () => {
    const request = taken(nested(64));
    expect(request && arrived(request)).toMatchObject({ request: { fingerprint: request?.fingerprint } });
    expect(() => taken(nested(65))).toThrow(RangeError);
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-11-22T10:00:00.123456789+0130',
    '2026-11-22T24:00:00Z',
  ])('to the end of time: %s', (time) => {
    const request = taken('{}', time);
    expect(request && arrived(request)).toMatchObject({ request: { notAfter: request?.notAfter } });
  });

  it.each<[string, Partial<ReprocessRequest>]>([
    [
      'line of a batch, in its round',
      {
        ...{ requestId: uploadRequestId('bucket', 'a.csv', 'v1', 7, 2), source: 'upload' },
        ...{ upload: { file: 'a.csv', line: 7 }, batch: { batchId: `b_${'c'.repeat(32)}`, round: 2 } },
      },
    ],
    [
      'request that is sent again, in its round',
      {
        requestId: againRequestId(httpRequestId('acme', 'order-7'), 3),
        again: { requestId: httpRequestId('acme', 'order-7'), round: 3 },
      },
    ],
  ])('of a %s', (_, more) => {
    const request = { ...(taken('{}') as ReprocessRequest), ...more };
    expect(arrived(request)).toMatchObject({ request });
  });

  it.each(['0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'])(
    'and beyond it no entry point takes one: %s',
    (time) => {
      expect(parseNotAfter(time)).toBeUndefined();
    },
  );
});

it('preferences that were put together out of texts may nest no deeper than those that came as one', () => {
  const of = (levels: number) => parsePreferences({ metadata: JSON.parse(nested(levels - 1)) });
  expect(of(64).ok).toBe(true);
  expect(of(65)).toEqual({
    ok: false,
    problems: [{ field: 'preferences', message: 'preferences must be at most 64 levels deep, got more' }],
  });
});
