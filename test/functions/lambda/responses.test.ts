import { describe, expect, it } from 'vitest';
import * as batches from '../../../functions/batch-api/responses.ts';
import * as callbacks from '../../../functions/callback-api/responses.ts';
import { NOON } from '../../support/fixtures.ts';

describe('a conflict', () => {
  const statusAndCode = ({ statusCode, body }: { readonly statusCode: number; readonly body?: string | undefined }) => [
    statusCode,
    JSON.parse(body ?? '').code,
  ];

  it.each([
    [callbacks.setResponse({ kind: 'conflict' }, NOON), 'conflict'],
    [callbacks.rotateResponse({ kind: 'conflict' }, NOON), 'conflict'],
    [callbacks.rotateResponse({ kind: 'too_many' }, NOON), 'too_many_secrets'],
    [batches.tooManyToRetryResponse(), 'too_many_failed'],
    [batches.tooLongResponse(), 'results_too_long'],
  ])('is a 409 with its code: %#', (response, code) => expect(statusAndCode(response)).toEqual([409, code]));

  it('that leaves nothing to retry says why, and names a hundred lines at most', () => {
    const none = JSON.parse(batches.nothingToRetryResponse([]).body ?? '');
    expect(none).toMatchObject({ code: 'nothing_to_retry', left_out: [], left_out_count: 0 });
    expect(none.detail).toContain('no line of the batch failed');
    const leftOut = Array.from({ length: 101 }, (_, index) => ({ line: index + 1, imageId: 'a', reason: 'newer' }));
    const { detail, left_out, left_out_count } = JSON.parse(batches.nothingToRetryResponse(leftOut).body ?? '');
    expect(detail).toContain('every failed line has a newer request');
    expect([left_out.length, left_out[99], left_out_count]).toEqual([
      100,
      { line: 100, image_id: 'a', reason: 'newer' },
      101,
    ]);
  });
});
