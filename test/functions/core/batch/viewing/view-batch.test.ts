import { expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createViewBatch } from '../../../../../functions/core/batch/viewing/view-batch.ts';
import type { BudgetStatus } from '../../../../../functions/core/budget/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...check } = { ...unreadCheck(''), total: 10 };
const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
const made = newBatch({ batchId: 'b', name: 'a', source: 'http', file, createdAt: NOON, check });
/** Of its ten lines, three are sent. */
const batch: Batch = { ...made, feed: { ...made.feed, lines: 3 } };
const allSent: Batch = { ...made, feed: { ...made.feed, lines: 10, isFed: true } };

it.each<[string, Batch, readonly unknown[]]>([
  ['for the lines that wait', batch, [7, false]],
  ['and whether an image comes twice in it', { ...batch, check: { ...check, repeatedImages: 1 } }, [7, true]],
  ['for those of a paused one too, as if it were resumed', { ...batch, control: 'paused' }, [7, false]],
  ['not for a cancelled one', { ...batch, control: 'cancelled' }, []],
  ['not where no line waits', allSent, []],
])('a batch is shown with its pace, %s', async (_when, given, requests) => {
  const asked: unknown[] = [];
  const budget = { leftForBulk: 5 } as BudgetStatus;
  const viewBatch = createViewBatch({
    account: { budget: async () => budget, pause: async () => undefined, history: async () => [] },
    paceOf: (...[count, hasRepeats]) => {
      asked.push(count, hasRepeats);
      return { sentence: 'soon' } as never;
    },
    clock: standingClock(),
  });
  const view = await viewBatch(given, plentyOfTime(standingClock()));
  expect([asked, view.pace !== undefined]).toEqual([requests, requests.length > 0]);
  expect(view).toMatchObject({ now: NOON, account: { budget } });
});
