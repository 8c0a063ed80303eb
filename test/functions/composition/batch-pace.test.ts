import { expect, it } from 'vitest';
import { composePace } from '../../../functions/composition/batch-pace.ts';
import { NOON } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

it('a batch takes of each later day what single requests leave it', () => {
  const { runtime } = recordingRuntime();
  const paceOf = composePace({ ...ENVIRONMENT, DAILY_LIMIT: 100 }, runtime);
  const day = 86_400_000;
  const window = { start: NOON - day / 2, end: NOON + day / 2 };
  const budget = { window, limit: 100, used: 100, usedByBulk: 90, leftForBulk: 0, failed: 0 };
  // Ninety tomorrow, and the last one on the day after.
  expect(paceOf(90, false, budget).days).toBe(1);
  expect(paceOf(91, false, budget).days).toBe(2);
  // Of 19, one is a single request's: what is not a whole one goes to the batches.
  const odd = composePace({ ...ENVIRONMENT, DAILY_LIMIT: 19 }, runtime);
  expect([odd(18, false, budget).days, odd(19, false, budget).days]).toEqual([1, 2]);
});
