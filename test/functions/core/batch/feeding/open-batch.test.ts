import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting, FedBatch } from '../../../../../functions/core/batch/feeding/ports.ts';
import { plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('the journal of a batch is written out of its item once its lines know of it, so that no later feeder tells them again', async () => {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b_1', name: 'a.csv', source: 'upload', file, createdAt: 0 });
  const counting: Counting = { line: 2, round: 1, changes: 1, to: 'started' };
  const saved: FedBatch[] = [];
  const save = async (fed: FedBatch) => {
    saved.push(fed);
    return { ...fed, revision: fed.revision + 1 };
  };
  const open = createOpenBatch({ save }, { batch, revision: 0, journal: [] });
  const limits = plentyOfTime(standingClock());
  await open.save(limits, {}, [counting]);
  open.told();
  expect(open.isDirty).toBe(true);
  await open.save(limits);
  expect(saved.map(({ journal }) => journal)).toEqual([[counting], []]);
});
