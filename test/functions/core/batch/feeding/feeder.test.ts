import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { FeedBatch } from '../../../../../functions/core/batch/feeding/feed-batch.ts';
import { createFeeder } from '../../../../../functions/core/batch/feeding/feeder.ts';
import type { FeedLedger } from '../../../../../functions/core/batch/feeding/ports.ts';
import type { AccountState } from '../../../../../functions/core/budget/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { listeningLogger, listeningMetrics, NOON, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');

/** A batch of 100 lines of which 8 are queued. */
function batchOf(partner?: string): Batch {
  const file = { bucket: 'uploads', key: 'requests/a.csv', version: 'v1' };
  const facts = { batchId: `b of ${partner}`, name: 'a', source: 'upload', file, createdAt: NOON } as const;
  const batch = newBatch({ ...facts, ...(partner && { partner }), check: { ...nothing, total: 100 } });
  return { ...batch, feed: { sent: 9, fed: { offset: 0, line: 9 }, lines: 8, isFed: false } };
}

interface Account {
  readonly isPaused?: boolean;
  readonly leftForBulk?: number;
}

/** One run of a feeder. */
async function run(batches: readonly Batch[], feed: FeedBatch['feed'], stop: AbortController, account: Account = {}) {
  const clock = standingClock();
  const serve = createFeeder({
    ledger: {
      lease: async () => true,
      release: async () => {},
      openBatches: async () => batches.map((batch) => ({ batch, revision: 1, journal: [] })),
      save: async (next) => next,
      close: async () => {},
    } satisfies FeedLedger,
    counting: { count: async () => 0, write: async () => {} },
    resendLines: async () => 0,
    feeding: { feed, close: async () => {} },
    endBatch: async () => {},
    room: { look: async () => 50, sent: () => undefined },
    account: {
      pause: async () => (account.isPaused ? { reason: 'person', detail: '', since: NOON } : undefined),
      budget: async () => ({ leftForBulk: account.leftForBulk ?? Number.POSITIVE_INFINITY }),
    } as unknown as AccountState,
    ...{ clock, randomId: () => 'feeder', log: listeningLogger(), metrics: listeningMetrics() },
  });
  await serve({ deadline: NOON + 900_000, signal: stop.signal });
}

/** How many lines a feeder is ready to send in one run. */
async function feed(account: Account): Promise<readonly number[]> {
  const asked: number[] = [];
  const stop = new AbortController();
  const sendAll: FeedBatch['feed'] = async (_, most) => {
    asked.push(most);
    stop.abort();
    return most;
  };
  await run([batchOf()], sendAll, stop, account);
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

  it('no batch a second time while it still sends it, also when another owner’s could not be sent', async () => {
    const stop = new AbortController();
    const turns: string[] = [];
    const sendOne: FeedBatch['feed'] = async ({ batch: { partner } }, most) => {
      if (turns.length === 4) stop.abort();
      if (partner === 'acme') throw new DependencyUnavailable('ledger', new Error('away'));
      turns.push('begins');
      // Longer than a failed turn of another owner's and the beginning of the next one.
      for (let step = 0; step < 50; step += 1) await nextLoop();
      turns.push('ends');
      return most;
    };
    await expect(run([batchOf('acme'), batchOf('globex')], sendOne, stop)).rejects.toThrow(DependencyUnavailable);
    expect(turns).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
  });
});
