import { expect, it } from 'vitest';
import { newBatch } from '../../../../../functions/core/batch/batch.ts';
import { lineIdOf } from '../../../../../functions/core/batch/batch-file.ts';
import type { LineItem } from '../../../../../functions/core/batch/line.ts';
import { createReadRows } from '../../../../../functions/core/batch/results/read-rows.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const file = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
const made = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON });
const batch = { ...made, feed: { ...made.feed, fed: { offset: 4, line: 5 } } };

function itemOf(line: number, round: number, its: Partial<LineItem>): [string, LineItem] {
  const requestId = lineIdOf(batch, line, round);
  const facts = { requestId, imageId: 'villa', line, round, attempts: 1, changes: 1 };
  return [requestId, { ...facts, isUncounted: false, isUnknown: false, ...its }];
}

it('a line shows its latest round, one that waits for its next round the one before, and one that is not sent none', async () => {
  const items = new Map([
    itemOf(1, 1, { counted: 'resent' }),
    itemOf(1, 2, { counted: 'resent' }),
    itemOf(1, 3, { attempts: 0 }),
    itemOf(2, 1, { counted: 'resent' }),
    itemOf(3, 1, { counted: 'returned' }),
    // Its feeder died before it had counted the line as sent.
    itemOf(5, 1, { attempts: 0 }),
  ]);
  async function* readLines() {
    yield {
      lines: [1, 2, 3, 4, 5].map((line) => ({
        ...{ line, next: { offset: line, line: line + 1 }, text: '' },
        request: { imageId: 'villa', preferences: {} },
      })),
    };
  }
  let reads = 0;
  const readRows = createReadRows({
    readLines,
    lines: {
      find: async (ids) => {
        reads += 1;
        return new Map([...items].filter(([id]) => ids.includes(id)));
      },
    },
  });
  const limits = plentyOfTime(standingClock());
  const shown: (string | undefined)[] = [];
  for await (const part of readRows(batch, { offset: 0, line: 1 }, limits)) {
    shown.push(...part.map(({ row }) => row?.requestId));
  }
  expect(shown).toEqual([lineIdOf(batch, 1, 3), lineIdOf(batch, 2, 1), lineIdOf(batch, 3, 1), undefined, undefined]);
  expect(reads).toBe(3);
});
