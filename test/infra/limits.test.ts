import { expect, it } from 'vitest';
import { retryPolicy } from '../../functions/core/processing/retry-policy.ts';
import { LARGEST_MAX_RECEIVE_COUNT, LONGEST_RETRY_WAIT, maxReceiveCount, requestLifetime } from '../../infra/limits.ts';

const DAY = 24 * 60 * 60;

it.each([
  [14 * DAY, 1000],
  [7 * DAY, 664],
  [60, 329],
])('derives how often a message may come from the %i s that the queue keeps it', (retention, count) => {
  expect(maxReceiveCount(retention)).toBe(count);
  expect(count).toBeLessThanOrEqual(LARGEST_MAX_RECEIVE_COUNT);
});

it('lets a request expire while its queue still has to hand it out once more, however long it was hidden', () => {
  const longestHidden = 12 * 60 * 60;
  expect(14 * DAY - requestLifetime(14 * DAY)).toBeGreaterThan(longestHidden);
});

it('knows how long the worker waits at the most', () => {
  expect(LONGEST_RETRY_WAIT * 1000).toBe(retryPolicy({ retryForMs: 0, lostResponseWaitMs: 0 }).longestWaitMs);
});
