import { expect, it } from 'vitest';
import { retryPolicy } from '../../functions/core/processing/retry-policy.ts';
import { LARGEST_MAX_RECEIVE_COUNT, LONGEST_RETRY_WAIT, maxReceiveCount } from '../../infra/limits.ts';

const DAY = 24 * 60 * 60;

it.each([
  [14 * DAY, 1000],
  [7 * DAY, 664],
  [60, 329],
])('derives how often a message may come from the %i s that the queue keeps it', (retention, count) => {
  expect(maxReceiveCount(retention)).toBe(count);
  expect(count).toBeLessThanOrEqual(LARGEST_MAX_RECEIVE_COUNT);
});

it('knows how long the worker waits at the most', () => {
  expect(LONGEST_RETRY_WAIT * 1000).toBe(retryPolicy({ retryForMs: 0, lostResponseWaitMs: 0 }).longestWaitMs);
});
