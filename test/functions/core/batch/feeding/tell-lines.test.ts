import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';
import { createTellLines } from '../../../../../functions/core/batch/feeding/tell-lines.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('what was counted stays in the journal until each of its lines knows: else it would be counted twice', async () => {
  const clock = standingClock();
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON });
  const journal = [1, 2].map((line): Counting => ({ line, round: 1, changes: 1, to: 'started' }));
  const open = createOpenBatch({ save: async (fed) => fed }, { batch, revision: 1, journal });
  const told: number[] = [];
  let isAway = true;
  const tellLines = createTellLines({
    lines: {
      findWhole: async () => [],
      mark: async (_batchId, _requestId, { line }) => {
        if (isAway && line === 2) throw new DependencyUnavailable('ledger', new Error('throttled'));
        told.push(line);
      },
    },
    sendLines: async (requests) => requests.length,
    clock,
  });
  await expect(tellLines(open, plentyOfTime(clock))).rejects.toThrow(DependencyUnavailable);
  expect(open.journal).toEqual(journal);
  isAway = false;
  await tellLines(open, plentyOfTime(clock));
  expect([told, open.journal]).toEqual([[1, 1, 2], []]);
});
