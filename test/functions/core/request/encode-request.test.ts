import { describe, expect, it } from 'vitest';
import type { Completion } from '../../../../functions/core/completion/completion.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerSummary } from '../../../../functions/core/ports.ts';
import { encodeItem, encodeSummary } from '../../../../functions/core/request/encode-request.ts';
import { failureCodeOf, lifeOf } from '../../../../functions/core/request/life.ts';
import { fits } from '../../../../functions/core/request/request-lists.ts';
import { aLedgerItem, NOON } from '../../../support/fixtures.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const succeeded: Outcome = { kind: 'succeeded', response: '{"id":1}', attempts: 2, warnings: ['a warning'], at: NOON };
const failed: Outcome = { ...succeeded, kind: 'failed', error: failure('not_found', 'no such image') };
const completion: Completion = {
  ...{ by: 'webhook', hasFailed: true, at: NOON + 5000, confirmed: true, isAmbiguous: true },
  ...{ status: 'error', statusReason: 'no exposure found' },
};

/** An item with every field that is shown. */
const item = aLedgerItem({
  ...{ requestId: 'upload:1', imageId: 'villa', source: 'upload', preferences: { rating: 3 } },
  ...{ partner: 'acme', traceparent, notAfter: NOON + 86_400_000, apiVersion: '2026-01-01' },
  ...{ batch: { batchId: 'b_1', round: 1 }, upload: { file: 'a.csv', line: 7 } },
  ...{ attempts: 2, nextAttemptAt: NOON + 2000, outcome: succeeded, completion },
  ...{ again: { requestId: 'upload:0', round: 1 }, againAs: 'upload:2' },
  failedAttempts: [{ attempt: 1, at: NOON - 3000, code: 'refused', status: 503, nextAttemptAt: NOON - 1000 }],
});

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('a request as it is shown', () => {
  it('has all that is known of it', () => {
    expect(plain(encodeItem(item, { reason: 'person' }))).toEqual({
      ...{ request_id: 'upload:1', image_id: 'villa', life: 'failed', state: 'succeeded', source: 'upload' },
      ...{ partner: 'acme', batch_id: 'b_1', file: 'a.csv', line: 7, attempts: 2 },
      accepted_at: '2026-11-22T12:00:00.000Z',
      next_attempt_at: '2026-11-22T12:00:02.000Z',
      error_code: 'enhancement_failed',
      not_after: '2026-11-23T12:00:00.000Z',
      api_version: '2026-01-01',
      preferences: { rating: 3 },
      waits_for: { reason: 'person' },
      ...{ again_for: 'upload:0', again_as: 'upload:2' },
      failed_attempts: [
        {
          ...{ attempt: 1, at: '2026-11-22T11:59:57.000Z', code: 'refused', status: 503 },
          next_attempt_at: '2026-11-22T11:59:59.000Z',
        },
      ],
      ended_at: '2026-11-22T12:00:00.000Z',
      image: { id: 1 },
      warnings: ['a warning'],
      completed_at: '2026-11-22T12:00:05.000Z',
      completion: {
        ...{ event: 'image.failed', confirmed: true, status: 'error', status_reason: 'no exposure found' },
        ambiguous: true,
      },
    });
  });

  it('has its error in place of an image, and nothing of a completion that it has not', () => {
    const { completion: _, ...started } = item;
    const shown = encodeItem({ ...started, state: 'failed', outcome: failed });
    expect(shown).toMatchObject({ life: 'failed', error_code: 'not_found', error: { detail: 'no such image' } });
    expect(plain(shown)).not.toHaveProperty('completed_at');
    expect(plain(shown)).not.toHaveProperty('completion');
  });

  it('says its last error, and the warnings of its preferences, before it has ended', () => {
    const { outcome: _outcome, completion: _completion, ...rest } = item;
    const lastError = { code: 'refused', detail: 'busy' };
    const shown = encodeItem({ ...rest, state: 'waiting', lastError, preferences: { enhance_typ: 'warm' } });
    expect(shown).toMatchObject({ life: 'waiting', last_error: lastError });
    expect(shown.warnings).toEqual([expect.stringContaining('did you mean enhance_type')]);
    expect(plain(shown)).not.toHaveProperty('ended_at');
  });

  it.each<[boolean, string, string | undefined]>([
    [true, 'finished', undefined],
    [false, 'failed', 'enhancement_failed'],
  ])('whose record contradicts the webhook (failed: %j) is as the record says', (hasFailed, life, code) => {
    const shown = encodeItem({ ...item, completion: { ...completion, hasFailed, confirmed: false } });
    expect([shown.life, shown.error_code]).toEqual([life, code]);
  });

  it('whose end nobody knows says so, and is not ambiguous unless it is', () => {
    const unknown: Completion = { ...completion, by: 'sweep', isUnknown: true, confirmed: null, isAmbiguous: false };
    const shown = plain(encodeItem({ ...item, completion: unknown }));
    expect(shown).toMatchObject({ error_code: 'completion_unknown', completion: { event: 'image.unknown' } });
    expect(shown.completion).not.toHaveProperty('ambiguous');
  });
});

const summary: LedgerSummary = {
  ...{ requestId: 'http:1', imageId: 'villa', source: 'http', acceptedAt: NOON, state: 'succeeded', attempts: 1 },
};

describe('a request in a list', () => {
  it.each<[Partial<LedgerSummary>, string, string | undefined]>([
    [{ state: 'accepted' }, 'queued', undefined],
    [{ state: 'waiting' }, 'waiting', undefined],
    [{ state: 'failed', errorCode: 'expired' }, 'failed', 'expired'],
    [{}, 'started', undefined],
    [{ completedAt: NOON, completionFailed: false }, 'finished', undefined],
    [{ completedAt: NOON, completionFailed: true }, 'failed', 'enhancement_failed'],
    [{ completedAt: NOON, completionFailed: true, isUnknown: true }, 'failed', 'completion_unknown'],
  ])('that is %j is %s, and its code is %s', (its, life, code) => {
    const one = { ...summary, ...its };
    expect([lifeOf(one), failureCodeOf(one)]).toEqual([life, code]);
    expect(encodeSummary(one)).toMatchObject({ life, error_code: code });
  });

  const done = { ...summary, completedAt: NOON, completionFailed: true };

  it.each([
    [{}, true],
    [{ state: 'failed' }, true],
    [{ state: 'succeeded' }, true],
    [{ state: 'finished' }, false],
    [{ code: 'enhancement_failed' }, true],
    [{ code: 'not_found' }, false],
    [{ source: 'http' }, true],
    [{ source: 'sqs' }, false],
    [{ state: 'failed', code: 'enhancement_failed', source: 'sqs' }, false],
    [{ state: 'failed', code: 'not_found', source: 'http' }, false],
    [{ state: 'started', code: 'enhancement_failed', source: 'http' }, false],
  ] as const)('is found by %j: %j', (filter, isFound) => {
    expect(fits(done, { owners: [], ...filter })).toBe(isFound);
  });
});
