import { describe, expect, it } from 'vitest';
import { newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import { createFeeder } from '../../../../../functions/core/batch/feeding/feeder.ts';
import type { FeedLedger } from '../../../../../functions/core/batch/feeding/ports.ts';
import type { AccountState } from '../../../../../functions/core/budget/ports.ts';
import { listeningLogger, listeningMetrics, NOON, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');

/** How many lines a feeder is ready to send in one run, of a batch of 100 of which 8 are queued. */
async function feed(account: {
  readonly isPaused?: boolean;
  readonly leftForBulk?: number;
}): Promise<readonly number[]> {
  const clock = standingClock();
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const check = { ...nothing, total: 100 };
  const batch = newBatch({ batchId: 'b', name: 'a', source: 'upload', file, createdAt: NOON, check });
  const fed = { ...batch, feed: { sent: 9, fed: { offset: 0, line: 9 }, lines: 8, isFed: false } };
  const asked: number[] = [];
  const stop = new AbortController();
  const run = createFeeder({
    ledger: {
      lease: async () => true,
      release: async () => {},
      openBatches: async () => [{ batch: fed, revision: 1, journal: [] }],
      save: async (next) => next,
      close: async () => {},
    } satisfies FeedLedger,
    counting: { count: async () => 0, write: async () => {} },
    resendLines: async () => 0,
    feeding: {
      async feed(_open, most) {
        asked.push(most);
        stop.abort();
        return most;
      },
      close: async () => {},
    },
    endBatch: async () => {},
    room: { look: async () => 50, sent: () => undefined },
    account: {
      pause: async () => (account.isPaused ? { reason: 'person', detail: '', since: NOON } : undefined),
      budget: async () => ({ leftForBulk: account.leftForBulk ?? Number.POSITIVE_INFINITY }),
    } as unknown as AccountState,
    ...{ clock, randomId: () => 'feeder', log: listeningLogger(), metrics: listeningMetrics() },
  });
  await run({ deadline: NOON + 900_000, signal: stop.signal });
  return asked;
}

describe('the feeder sends', () => {
  it('as many lines as the queue has room for', async () => expect(await feed({})).toEqual([50]));

  it('nothing while the account is paused', async () => expect(await feed({ isPaused: true })).toEqual([]));

  it.each([
    [20, [12]],
    [8, []],
  ])('what the daily limit leaves to batches, %d, less what is queued already: %j', async (leftForBulk, lines) => {
    expect(await feed({ leftForBulk })).toEqual(lines);
  });
});
