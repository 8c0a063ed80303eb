import { expect, it } from 'vitest';
import { newBatch } from '../../../functions/core/batch/batch.ts';
import { encodeBatchSummary } from '../../../functions/lambda/batch-json.ts';
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
