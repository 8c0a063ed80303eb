import { describe, expect, it } from 'vitest';
import { createFifoQueue } from '../../chaos/models/sqs.ts';
import { leastWaitMs } from '../../functions/core/processing/receive-budget.ts';
import { BATCH_SIZE, FREE_RECEIVES, maxReceiveCount, requestLifetime, SLOWED_WAIT } from '../../infra/limits.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION_MS = 14 * DAY_MS;
const LIFETIME_MS = requestLifetime(RETENTION_MS / 1000) * 1000;
const budget = { freeReceives: FREE_RECEIVES, slowedWaitMs: SLOWED_WAIT * 1000 };

/** A group whose head is given back after so many ms, each time, until it is as old as that, and deleted from then on. */
function waitInQueue(waitMs: number, { untilMs = Number.POSITIVE_INFINITY } = {}) {
  const options = { visibilityTimeoutMs: 360_000, retentionMs: RETENTION_MS };
  const deadLetters = createFifoQueue({ ...options, name: 'dead' });
  const redrive = { maxReceiveCount: maxReceiveCount(RETENTION_MS / 1000), deadLetters };
  const queue = createFifoQueue({ ...options, name: 'requests', redrive });
  for (let n = 0; n < BATCH_SIZE; n += 1) queue.send({ groupId: 'image', deduplicationId: String(n), body: '{}' }, 0);
  let mostReceives = 0;
  let ended = 0;
  for (let now = 0; ; now = queue.nextReceivableAt(now) ?? RETENTION_MS) {
    const [head, ...followers] = queue.receive(now);
    if (head === undefined) return { dead: deadLetters.counts(now).visible, mostReceives, ended };
    const counts = [head, ...followers].map(({ receiveCount }) => receiveCount);
    mostReceives = Math.max(mostReceives, ...counts);
    if (now > untilMs) {
      for (const { receiptHandle } of [head, ...followers]) queue.remove(receiptHandle, now);
      ended += 1 + followers.length;
      continue;
    }
    queue.changeVisibility(head.receiptHandle, Math.max(waitMs, leastWaitMs(counts, budget), 1000) / 1000, now);
    for (const { receiptHandle } of followers) queue.changeVisibility(receiptHandle, 0, now);
  }
}

describe('a group that waits', () => {
  it.each([1000, 5000, 60_000, 15 * 60_000])('%i ms at a time for 14 days never reaches the dead letters', (waitMs) => {
    const { dead, mostReceives } = waitInQueue(waitMs);
    expect(dead).toBe(0);
    expect(mostReceives).toBeGreaterThan(FREE_RECEIVES);
    expect(mostReceives).toBeLessThanOrEqual(maxReceiveCount(RETENTION_MS / 1000));
  });

  // The last is as long as SQS hides a message.
  it.each([1000, 60 * 60_000, 12 * 60 * 60_000])(
    '%i ms at a time comes once more between the end of its lifetime and that of its retention',
    (waitMs) => {
      expect(waitInQueue(waitMs, { untilMs: LIFETIME_MS }).ended).toBe(BATCH_SIZE);
    },
  );
});
