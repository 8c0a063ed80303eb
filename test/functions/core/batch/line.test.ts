import { describe, expect, it } from 'vitest';
import { type LineItem, lineStateOf } from '../../../../functions/core/batch/line.ts';
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

function stateOf(its: Partial<LineItem>) {
  const counters = { attempts: 1, crashes: 0, lostResponses: 0, retriedMs: 0, changes: 0 };
  const item: LineItem = {
    ...aRequest({ source: 'upload' }),
    ...counters,
    line: 1,
    round: 1,
    isUncounted: false,
    isUnknown: false,
    ...its,
  };
  return lineStateOf(item);
}

describe('a line', () => {
  it.each<[string, Partial<LineItem>, object]>([
    ['is queued without an outcome', {}, { kind: 'queued' }],
    ['is started when the endpoint has acted', { outcome: succeeded }, { kind: 'started' }],
    ['fails as its request did', { outcome: refused }, { kind: 'failed', code: 'not_found', reason: 'no such image' }],
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
