import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { lineIdOf } from '../../../../../functions/core/batch/batch-file.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';
import { createTellLines } from '../../../../../functions/core/batch/feeding/tell-lines.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import type { ReprocessRequest } from '../../../../../functions/core/request/reprocess-request.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

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
      put: async () => {},
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

it('the next rounds of lines that are sent again are made and go out until the queue has them all, but for what was begun', async () => {
  const clock = standingClock();
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON });
  const counting = (line: number, its: Partial<Counting>): Counting => {
    return { line, round: 1, changes: 1, from: 'returned', to: 'resent', ...its };
  };
  const journal = [
    counting(1, {}),
    counting(2, { round: 2 }),
    counting(3, {}),
    counting(4, {}),
    counting(5, { to: 'failed' }),
    // Its first round was heard of once more.
    counting(6, { from: 'resent' }),
  ];
  const open = createOpenBatch({ save: async (fed) => fed }, { batch, revision: 1, journal });
  const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 0, warnings: [], at: NOON };
  const anItem = (line: number, round: number, its: Parameters<typeof aLedgerItem>[0] = {}) =>
    aLedgerItem({ attempts: 0, ...its, requestId: lineIdOf(batch, line, round), batch: { batchId: 'b', round } });
  // The third and fourth have begun; the fifth failed. Whoever wrote the journal has made the next round of the first alone.
  const items = [
    ...[anItem(1, 1), anItem(2, 2, { attempts: 1, imageId: 'barn' }), anItem(3, 1), anItem(4, 1), anItem(5, 1)],
    ...[anItem(6, 1), anItem(1, 2), anItem(3, 2, { attempts: 1 }), anItem(4, 2, { outcome })],
  ];
  const put: ReprocessRequest[] = [];
  const steps: string[] = [];
  const nameOf = new Map(
    [1, 2, 3, 4, 5, 6].flatMap((line) => [1, 2, 3].map((round) => [lineIdOf(batch, line, round), `${line}.${round}`])),
  );
  const tellLines = createTellLines({
    lines: {
      findWhole: async (ids) => items.filter(({ requestId }) => ids.includes(requestId)),
      put: async (requests) => {
        steps.push('put');
        put.push(...requests);
      },
      mark: async (_batchId, requestId, _counting, at) =>
        void steps.push(`mark ${nameOf.get(requestId)} at ${at - NOON}`),
    },
    sendLines: async (requests) => {
      steps.push(`send ${requests.map(({ requestId }) => nameOf.get(requestId)).join(' ')}`);
      return 1;
    },
    clock,
  });
  await tellLines(open, plentyOfTime(clock));
  expect(steps).toEqual([
    ...['put', 'send 1.2 2.3', 'send 2.3'],
    ...['mark 1.1 at 0', 'mark 2.2 at 0', 'mark 3.1 at 0', 'mark 4.1 at 0', 'mark 5.1 at 0', 'mark 6.1 at 0'],
  ]);
  expect(put).toMatchObject([
    { imageId: 'barn', requestId: lineIdOf(batch, 2, 3), acceptedAt: NOON, batch: { batchId: 'b', round: 3 } },
  ]);
});
