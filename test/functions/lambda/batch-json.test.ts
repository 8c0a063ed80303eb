import { expect, it } from 'vitest';
import { newBatch } from '../../../functions/core/batch/batch.ts';
import { encodeBatch, encodeBatchSummary } from '../../../functions/lambda/batch-json.ts';
import { NOON } from '../../support/fixtures.ts';

it('a batch has the times at which it was made, at which its first line was queued, and at which its last one ended', () => {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON });
  const none = { created_at: '2026-11-22T12:00:00.000Z', started_at: null, finished_at: null };
  expect(encodeBatchSummary(batch)).toMatchObject(none);
  expect(encodeBatchSummary({ ...batch, startedAt: NOON + 1000, finishedAt: NOON + 2000 })).toMatchObject({
    ...{ created_at: none.created_at, started_at: '2026-11-22T12:00:01.000Z' },
    finished_at: '2026-11-22T12:00:02.000Z',
  });
});

it('a batch has its results once it has ended, and an end that is expected until then', () => {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON });
  const pace = {
    ...{ requests: 1, limit: null, leftToday: null, days: 0 },
    expectedEnd: NOON + 9000,
    sentence: 'soon',
  };
  const window = { start: NOON, end: NOON + 86_400_000 };
  const budget = { window, limit: null, used: 0, usedByBulk: 0, failed: 0, leftForBulk: Number.POSITIVE_INFINITY };
  const view = { now: NOON + 3000, account: { budget, pause: undefined }, pace };
  const [expected, path] = ['2026-11-22T12:00:09.000Z', '/v3/batches/b/results'];
  const shown = ({ expected_end, results }: ReturnType<typeof encodeBatch>) => [expected_end, results];
  expect(shown(encodeBatch(batch, view))).toEqual([expected, undefined]);
  expect(shown(encodeBatch({ ...batch, finishedAt: NOON + 2000 }, view))).toEqual([null, path]);
});
