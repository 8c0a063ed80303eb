import { expect, it } from 'vitest';
import { KEPT_ATTEMPTS, withFailedAttempt } from '../../../../functions/core/processing/failed-attempts.ts';
import { NOON } from '../../../support/fixtures.ts';

it('the last ten failed attempts are kept, the oldest first', () => {
  const failed = (attempt: number) => ({ attempt, at: NOON, code: 'refused', nextAttemptAt: NOON });
  expect(withFailedAttempt(undefined, failed(1))).toEqual([failed(1)]);
  let kept = withFailedAttempt(undefined, failed(1));
  for (let attempt = 2; attempt <= 12; attempt += 1) kept = withFailedAttempt(kept, failed(attempt));
  expect(kept.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(kept).toHaveLength(KEPT_ATTEMPTS);
});
