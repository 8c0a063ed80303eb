import { describe, expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createOpenBatch, LeaseLost, linesToSend } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting, FedBatch } from '../../../../../functions/core/batch/feeding/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');

function aBatch(changes: Partial<Batch> = {}): Batch {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const check = { ...nothing, total: 10 };
  return { ...newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check }), ...changes };
}

describe('a batch', () => {
  const { check: _check, ...unchecked } = aBatch();
  it.each<[string, Batch, number]>([
    ['that runs', aBatch(), 10],
    ['that is paused', aBatch({ control: 'paused' }), 0],
    ['that is cancelled', aBatch({ control: 'cancelled' }), 0],
    ['that is not checked yet', unchecked, 0],
    ['whose file cannot be read any more', aBatch({ feed: { ...aBatch().feed, problem: 'gone' } }), 0],
  ])('%s may send %s lines', (_name, batch, lines) => expect(linesToSend({ batch })).toBe(lines));
});

it('a feeder whose batch another one has written since stops', async () => {
  const limits = plentyOfTime(standingClock());
  const open = createOpenBatch({ save: async () => undefined }, { batch: aBatch(), revision: 1, journal: [] });
  await expect(open.save(limits, { startedAt: NOON })).rejects.toThrow(LeaseLost);
  expect(open.batch.startedAt).toBeUndefined();
  expect(() => open.refresh({ batch: aBatch(), revision: 2, journal: [] })).toThrow(LeaseLost);
});

it('a batch takes what its owner wants of it, and keeps what it has not written yet', () => {
  const read = { batch: aBatch(), revision: 1, journal: [] };
  const open = createOpenBatch({ save: async () => undefined }, read);
  const feed = { ...aBatch().feed, sent: 7 };
  open.change({ feed });
  open.refresh({ ...read, batch: aBatch({ control: 'paused' }) });
  expect(open.batch).toEqual(aBatch({ control: 'paused', feed }));
});

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
  expect(open.isDirty).toBe(false);
  expect(saved.map(({ journal }) => journal)).toEqual([[counting], []]);
});
