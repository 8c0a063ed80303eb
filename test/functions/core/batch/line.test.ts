import { describe, expect, it } from 'vitest';
import { newBatch } from '../../../../functions/core/batch/batch.ts';
import { type LineItem, lineStateOf } from '../../../../functions/core/batch/line.ts';
import { rowOf, rowOfItem } from '../../../../functions/core/batch/results/line-row.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import { aRequest, NOON } from '../../../support/fixtures.ts';

const facts = { attempts: 1, warnings: [], at: NOON };
const succeeded: Outcome = { kind: 'succeeded', response: null, ...facts };
const refused: Outcome = { kind: 'failed', error: failure('not_found', 'no such image'), ...facts };
const told = { by: 'webhook', at: NOON, confirmed: true, isAmbiguous: false } as const;
const processed = { ...told, hasFailed: false };
const broken = { ...told, hasFailed: true, statusReason: 'no exposure found' };
const overLimit = { ...told, hasFailed: true, statusReason: 'daily limit reached' };

const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const batch = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON });

function itemOf(its: Partial<LineItem>): LineItem {
  const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0, changes: 0 };
  return {
    ...aRequest({ source: 'upload' }),
    ...counters,
    line: 1,
    round: 1,
    isUncounted: false,
    isUnknown: false,
    ...its,
  };
}

const stateOf = (its: Partial<LineItem>) => lineStateOf(itemOf(its));

describe('a line', () => {
  it.each<[string, Partial<LineItem>, object]>([
    ['is queued without an outcome', {}, { kind: 'queued' }],
    ['is started when the endpoint has acted', { outcome: succeeded }, { kind: 'started' }],
    ['fails as its request did', { outcome: refused }, { kind: 'failed', code: 'not_found', reason: 'no such image' }],
    [
      'is started while the webhook alone says that its image is finished',
      { outcome: succeeded, completion: { ...processed, confirmed: null } },
      { kind: 'started' },
    ],
    ['is finished with its image', { outcome: succeeded, completion: processed }, { kind: 'finished' }],
    [
      'fails with its image',
      { outcome: succeeded, completion: broken },
      { kind: 'failed', code: 'enhancement_failed', reason: 'no exposure found' },
    ],
    [
      'returns when only the daily limit failed it',
      { outcome: succeeded, completion: overLimit },
      { kind: 'returned' },
    ],
  ])('%s', (_, its, state) => {
    expect(stateOf(its)).toEqual(state);
  });

  it.each<[Partial<LineItem>, string]>([
    [{ outcome: succeeded, completion: broken, counted: 'finished' }, 'finished'],
    [{ outcome: succeeded, completion: processed, counted: 'failed' }, 'failed'],
    [{ outcome: succeeded, completion: processed, counted: 'failed', isUnknown: true }, 'failed'],
    [{ outcome: succeeded, completion: overLimit, counted: 'failed', endedAs: 'superseded' }, 'failed'],
    [{ outcome: succeeded, completion: processed, counted: 'started' }, 'finished'],
  ])('stays as it was counted once it has ended: %j', (its, kind) => {
    expect(stateOf(its)).toMatchObject({ kind });
  });
});

it('a line that was given up keeps that reason when it is counted', () => {
  for (const counted of [undefined, 'failed'] as const) {
    const state = stateOf({ outcome: succeeded, isUnknown: true, ...(counted !== undefined && { counted }) });
    expect(state).toMatchObject({ kind: 'failed', code: 'completion_unknown' });
  }
});

describe('the row of a line', () => {
  const started = { attempts: 1, startedAt: NOON };
  const later = { by: 'webhook', at: NOON + 5000, confirmed: true, isAmbiguous: false } as const;

  it.each<[Partial<LineItem>, object]>([
    [{ attempts: 0 }, { state: 'queued', attempts: 0 }],
    [{ outcome: succeeded }, { state: 'started', ...started }],
    [
      { outcome: succeeded, completion: { ...later, hasFailed: false } },
      { state: 'finished', ...started, finishedAt: NOON + 5000 },
    ],
    [
      { outcome: succeeded, completion: { ...later, hasFailed: true, statusReason: 'daily limit reached' } },
      { state: 'waiting', ...started, code: 'daily_limit', reason: 'daily limit reached' },
    ],
    [
      { outcome: succeeded, counted: 'returned', completion: { ...later, hasFailed: true } },
      {
        ...{ state: 'waiting', ...started, code: 'daily_limit' },
        reason: 'it failed only for the daily limit, and is sent again after the reset',
      },
    ],
    [
      { outcome: refused },
      { state: 'failed', attempts: 1, code: 'not_found', reason: 'no such image', finishedAt: NOON },
    ],
    [
      { outcome: succeeded, endedAs: 'superseded', endedAt: NOON + 9000 },
      {
        ...{ state: 'failed', ...started, code: 'superseded', finishedAt: NOON + 9000 },
        reason: expect.stringContaining('there is a newer request of its image'),
      },
    ],
  ])('of %j says where it stands, why, and since when', (its, row) => {
    const item = itemOf(its);
    const { requestId, imageId } = item;
    expect(rowOfItem(7, item, batch)).toEqual({ line: 7, requestId, imageId, ...row });
  });

  it('of a cancelled batch that waited to be sent again is cancelled, as those that were not sent', () => {
    const cancelled = { ...batch, control: 'cancelled' } as const;
    const item = itemOf({ outcome: succeeded, counted: 'returned', completion: { ...later, hasFailed: true } });
    const reason = 'it failed only for the daily limit, and nothing more of its batch is sent';
    expect(rowOfItem(7, item, cancelled)).toMatchObject({ state: 'cancelled', code: 'daily_limit', reason });
    const request = { imageId: 'roof', preferences: {} };
    const parsed = { line: 8, next: { offset: 0, line: 9 }, request };
    expect(rowOf(parsed, undefined, cancelled)).toEqual({ line: 8, imageId: 'roof', state: 'cancelled', attempts: 0 });
  });
});
