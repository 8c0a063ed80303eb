import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { counted, createCountLines } from '../../../../../functions/core/batch/feeding/count-lines.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const tally = { started: 3, finished: 2, failed: 1, returned: 1 };

it.each<[Pick<Counting, 'from' | 'to'>, object]>([
  [{ to: 'started' }, { started: 4 }],
  [
    { from: 'started', to: 'finished' },
    { started: 2, finished: 3 },
  ],
  [
    { from: 'started', to: 'failed' },
    { started: 2, failed: 2 },
  ],
  [
    { from: 'started', to: 'returned' },
    { started: 2, returned: 2 },
  ],
  [{ from: 'returned', to: 'resent' }, { returned: 0 }],
  [
    { from: 'returned', to: 'failed' },
    { returned: 0, failed: 2 },
  ],
  [{ from: 'finished', to: 'finished' }, {}],
])('a line that is counted as %j is in one count alone', (counting, changed) => {
  expect(counted(tally, counting)).toEqual({ ...tally, ...changed });
});

it('a line whose next round was sent stays in no count, whatever is heard of its first one', async () => {
  const clock = standingClock();
  const facts = { requestId: 'upload:1', imageId: 'house', attempts: 1, line: 1, round: 1, changes: 3 };
  const heard: LineItem = {
    ...facts,
    isUncounted: true,
    isUnknown: false,
    counted: 'resent',
    outcome: { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON },
    completion: { by: 'webhook', hasFailed: false, at: NOON, confirmed: true, isAmbiguous: false },
  };
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const batch = { ...newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON }), tally };
  const open = createOpenBatch({ save: async (fed) => fed }, { batch, revision: 1, journal: [] });
  const lines = { query: async () => [heard.requestId], find: async () => new Map([[heard.requestId, heard]]) };
  const counting = createCountLines({ lines, tellLines: async () => {}, clock });
  expect(await counting.count(open, plentyOfTime(clock))).toBe(1);
  expect(open.batch.tally).toEqual(tally);
  expect(open.journal).toEqual([{ line: 1, round: 1, changes: 3, from: 'resent', to: 'resent' }]);
});
