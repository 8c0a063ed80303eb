import { expect, it } from 'vitest';
import { leastWaitMs } from '../../../../functions/core/processing/receive-budget.ts';

it.each([
  [[], 0],
  [[300, 1], 0],
  [[301], 60_000],
  [[1, 301, 2], 60_000],
])('messages that were received %j times wait %d ms at least', (counts, ms) => {
  expect(leastWaitMs(counts, { freeReceives: 300, slowedWaitMs: 60_000 })).toBe(ms);
});
