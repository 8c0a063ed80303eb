import { describe, expect, it } from 'vitest';
import {
  type Batch,
  countsOf,
  hasEnded,
  newBatch,
  stateOf,
  unreadCheck,
} from '../../../../functions/core/batch/batch.ts';
import { NOON } from '../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');

/** A batch of ten lines, two of them rejected, of which five are queued. @param tally of those five */
function aBatch(tally: Partial<Batch['tally']>, changes: Partial<Batch> = {}): Batch {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const check = { ...nothing, total: 10, rejected: 2 };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check });
  const feed = { ...batch.feed, lines: 5 };
  return { ...batch, feed, tally: { ...batch.tally, ...tally }, ...changes };
}

const fed = (lines: number) => ({ feed: { ...aBatch({}).feed, lines, isFed: true } });

describe('the counts of a batch', () => {
  it.each<[string, Batch, object]>([
    ['what is not fed waits', aBatch({}), { waiting: 3, queued: 5, cancelled: 0 }],
    ['what failed for the limit waits', aBatch({ returned: 2 }), { waiting: 5, queued: 3 }],
    [
      'what has begun is counted once',
      aBatch({ started: 1, finished: 2, failed: 1 }),
      { queued: 1, started: 1, finished: 2, failed: 1, waiting: 3 },
    ],
    [
      'what was not sent by then is cancelled',
      aBatch({ started: 1 }, { control: 'cancelled' }),
      { waiting: 0, cancelled: 3, queued: 4 },
    ],
    [
      'what cannot be read any more is cancelled',
      aBatch({}, { feed: { ...aBatch({}).feed, problem: 'gone' } }),
      { waiting: 0, queued: 5, cancelled: 3 },
    ],
    [
      'what its check refused is cancelled',
      aBatch({}, { check: { ...nothing, total: 10, rejected: 2, refusal: 'too long' }, ...fed(0) }),
      { waiting: 0, queued: 0, cancelled: 8 },
    ],
  ])('say that %s', (_name, batch, expected) => {
    const counts = countsOf(batch);
    const { total, ...others } = counts;
    expect(counts).toMatchObject({ ...expected, rejected: 2, total: 10 });
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(total);
  });
});

describe('a batch', () => {
  it.each<[string, Batch, boolean]>([
    ['whose lines have all ended', aBatch({ finished: 7, failed: 1 }, fed(8)), true],
    ['of which a line is started', aBatch({ finished: 7, started: 1 }, fed(8)), false],
    ['of which a line is queued', aBatch({ finished: 7 }, fed(8)), false],
    ['of which a line waits to be sent again', aBatch({ finished: 7, returned: 1 }, fed(8)), false],
    ['that is cancelled, of which nothing is under way', aBatch({ finished: 5 }, { control: 'cancelled' }), true],
    [
      'that is cancelled, of which a line is started',
      aBatch({ finished: 4, started: 1 }, { control: 'cancelled' }),
      false,
    ],
  ])('%s has ended: %s', (_name, batch, ended) => expect(hasEnded(batch)).toBe(ended));

  it('is finished when its end is noted, and not by its counts', () => {
    const over = aBatch({ finished: 8 }, fed(8));
    expect([stateOf(over), stateOf({ ...over, finishedAt: NOON })]).toEqual(['running', 'finished']);
    expect(stateOf({ ...over, control: 'cancelled', finishedAt: NOON })).toBe('cancelled');
  });

  it('that is cancelled while it is checked is cancelled at once', () => {
    const { check: _check, ...unchecked } = aBatch({});
    expect([stateOf(unchecked), stateOf({ ...unchecked, control: 'cancelled' })]).toEqual(['checking', 'cancelled']);
  });
});
