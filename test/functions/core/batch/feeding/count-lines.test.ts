import { setImmediate as nextLoop } from 'node:timers/promises';
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

it('lines are counted in one write, and told before and after: what is counted and not told would be counted twice', async () => {
  const clock = standingClock();
  const steps: string[] = [];
  const outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON } as const;
  const lineOf = (line: number, its: Partial<LineItem>): LineItem => ({
    ...{ requestId: `upload:${line}`, imageId: 'house', attempts: 1, line, round: 1, changes: 1 },
    ...{ isUncounted: true, isUnknown: false, ...its },
  });
  const heard = [
    lineOf(1, { outcome }),
    lineOf(2, {}),
    lineOf(3, { outcome, isUncounted: false }),
    lineOf(4, {
      outcome,
      counted: 'started',
      completion: { by: 'webhook', hasFailed: false, at: NOON, confirmed: true, isAmbiguous: false },
    }),
  ];
  const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
  const made = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON });
  const batch = { ...made, tally, feed: { ...made.feed, fed: { offset: 9, line: 5 } } };
  const save = async (fed: Parameters<Parameters<typeof createOpenBatch>[0]['save']>[0]) => {
    await nextLoop();
    steps.push(`save ${JSON.stringify(fed.batch.tally)}`);
    return fed;
  };
  const open = createOpenBatch({ save }, { batch, revision: 1, journal: [] });
  const counting = createCountLines({
    lines: {
      query: async (batchId, query, most) => {
        steps.push(`query ${batchId} ${JSON.stringify(query)} ${most}`);
        return heard.map(({ requestId }) => requestId);
      },
      find: async () => new Map(heard.map((item) => [item.requestId, item])),
    },
    tellLines: async () => {
      await nextLoop();
      steps.push('tell');
    },
    clock,
  });
  expect(await counting.count(open, plentyOfTime(clock))).toBe(2);
  const changed = { ...tally, started: 3, finished: 3 };
  expect(steps).toEqual([
    'tell',
    'query b {"what":"uncounted","beforeLine":5} 500',
    `save ${JSON.stringify(changed)}`,
    'tell',
  ]);
  expect(open.batch.points).toEqual([{ at: NOON, started: 3, finished: 3, failed: 1 }]);
  expect(open.journal).toEqual([
    { line: 1, round: 1, changes: 1, to: 'started' },
    { line: 4, round: 1, changes: 1, from: 'started', to: 'finished' },
  ]);
  heard.length = 0;
  expect(await counting.count(open, plentyOfTime(clock))).toBe(0);
  expect(steps.slice(4)).toEqual(['tell', expect.stringContaining('query')]);
});
