import { expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createOpenBatch } from '../../../../../functions/core/batch/feeding/open-batch.ts';
import type { Counting } from '../../../../../functions/core/batch/feeding/ports.ts';
import { createResendLines } from '../../../../../functions/core/batch/feeding/resend-lines.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

it('lines that failed for the limit are sent again, but those whose image has a newer request fail as superseded', async () => {
  const clock = standingClock();
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const facts = { batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check: unreadCheck('') } as const;
  const batch = { ...newBatch(facts), tally: { started: 0, finished: 0, failed: 0, returned: 2 } };
  // The first line was sent again before; the third has been counted otherwise since the index was written.
  const items = ['villa', 'barn', 'hut'].map((imageId, index) => {
    const upload = { file: file.key, line: index + 4 };
    const its = { imageId, source: 'upload', upload, acceptedAt: NOON - 9000 + index } as const;
    return aLedgerItem({ ...its, batch: { batchId: 'b', round: index === 0 ? 2 : 1 } });
  });
  const known = items.map((item, index): [string, LineItem] => {
    const counted = index === 2 ? 'failed' : 'returned';
    const its = { line: index + 4, round: index === 0 ? 2 : 1, changes: index + 7, counted } as const;
    return [item.requestId, { ...item, ...its, isUncounted: false, isUnknown: false }];
  });
  const asked: unknown[] = [];
  const written: Counting[] = [];
  const resend = createResendLines({
    lines: {
      query: async (batchId, query, most) => {
        asked.push([batchId, query.what, most]);
        return items.map(({ requestId }) => requestId);
      },
      find: async () => new Map(known),
      findWhole: async (ids) => items.filter(({ requestId }) => ids.includes(requestId)),
      hasNewer: async (imageId, than) => {
        asked.push([imageId, than]);
        return imageId === 'barn';
      },
    },
    counting: {
      write: async (_open, countings) => {
        asked.push('written');
        written.push(...countings);
      },
    },
    tellLines: async () => void asked.push('told'),
  });
  const open = createOpenBatch({ save: async (fed) => fed }, { batch, revision: 1, journal: [] });
  expect(await resend(open, 10, plentyOfTime(clock))).toBe(1);
  expect(asked).toEqual([...['told', ['b', 'returned', 10], ['villa', NOON - 9000], ['barn', NOON - 8999]], 'written']);
  expect(written).toEqual([
    { line: 4, round: 2, changes: 7, from: 'returned', to: 'resent' },
    { line: 5, round: 1, changes: 8, from: 'returned', to: 'failed', endedAs: 'superseded' },
  ]);
});
