import { expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../functions/core/batch/batch.ts';
import { batchFinished } from '../../../../functions/core/batch/batch-event.ts';
import { NOON } from '../../../support/fixtures.ts';

it('the end of a batch is told with its time, its counts and how it ended', () => {
  const { refusal: _, ...check } = { ...unreadCheck(''), total: 3 };
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const made = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON, check });
  const batch = { ...made, finishedAt: NOON + 5000 };
  expect(batchFinished({ ...batch, control: 'cancelled' }, undefined)).toMatchObject({
    ...{ id: 'b.finished', groupId: 'b', at: NOON + 5000, state: 'cancelled', counts: { total: 3, cancelled: 3 } },
  });
  expect(batchFinished(batch, 'results.csv')).toMatchObject({ state: 'finished', resultsKey: 'results.csv' });
});
