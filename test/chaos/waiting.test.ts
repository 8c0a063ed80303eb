import { expect, it } from 'vitest';
import { createFifoQueue } from '../../chaos/models/sqs.ts';
import { leastWaitMs } from '../../functions/core/processing/receive-budget.ts';
import { BATCH_SIZE, FREE_RECEIVES, maxReceiveCount, SLOWED_WAIT } from '../../infra/limits.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION_MS = 14 * DAY_MS;
const budget = { freeReceives: FREE_RECEIVES, slowedWaitMs: SLOWED_WAIT * 1000 };

/** A group whose head is given back after so many ms, each time, until the queue keeps it no longer. */
function waitForRetention(waitMs: number): { readonly dead: number; readonly mostReceives: number } {
  const options = { visibilityTimeoutMs: 360_000, retentionMs: RETENTION_MS };
  const deadLetters = createFifoQueue({ ...options, name: 'dead' });
  const redrive = { maxReceiveCount: maxReceiveCount(RETENTION_MS / 1000), deadLetters };
  const queue = createFifoQueue({ ...options, name: 'requests', redrive });
  for (let n = 0; n < BATCH_SIZE; n += 1) queue.send({ groupId: 'image', deduplicationId: String(n), body: '{}' }, 0);
  let mostReceives = 0;
  for (let now = 0; ; now = queue.nextReceivableAt(now) ?? RETENTION_MS) {
    const [head, ...followers] = queue.receive(now);
    if (head === undefined) return { dead: deadLetters.counts(now).visible, mostReceives };
    const counts = [head, ...followers].map(({ receiveCount }) => receiveCount);
    mostReceives = Math.max(mostReceives, ...counts);
    queue.changeVisibility(head.receiptHandle, Math.max(waitMs, leastWaitMs(counts, budget), 1000) / 1000, now);
    for (const { receiptHandle } of followers) queue.changeVisibility(receiptHandle, 0, now);
  }
}

it.each([1000, 5000, 60_000, 15 * 60_000])(
  'a group that waits %i ms at a time for 14 days never reaches the dead letters',
  (waitMs) => {
    const { dead, mostReceives } = waitForRetention(waitMs);
    expect(dead).toBe(0);
    expect(mostReceives).toBeGreaterThan(FREE_RECEIVES);
    expect(mostReceives).toBeLessThanOrEqual(maxReceiveCount(RETENTION_MS / 1000));
  },
);
