import { describe, expect, it } from 'vitest';
import {
  isDailyLimitFailure,
  LIMIT_REASONS,
  OTHER_LIMITS,
  plain,
} from '../../../../functions/core/budget/limit-reason.ts';

const failed = (statusReason: string) => isDailyLimitFailure({ hasFailed: true, status: 'error', statusReason });

const OF_THE_ACCOUNT = [
  'Daily limit reached',
  'daily_limit_exceeded',
  'DAILY-LIMIT',
  'You have reached your daily processing limit of 500 images',
  'The account has no usage limit left',
  'Enhancement limit exceeded for this account',
  'Account limit hit',
  'QUOTA_EXCEEDED',
  'The quota of your plan is used up',
  'limit reached',
  'Limit has been exceeded',
  'You are over the limit',
  'Too many images today',
];
const OF_THE_IMAGE = [
  'File size limit exceeded',
  'Upload size is over the limit',
  'The size limit was hit',
  'Too big, limit reached',
  'The image exceeds the size limit of 50 MB',
  'file too large',
  'Resolution limit exceeded',
  'Image dimensions are over the limit',
  'megapixel limit reached',
  'Processing time limit exceeded',
  'retry limit reached',
  'The image exceeds the 25MB limit',
  'Image not found',
  'unsupported format',
  'Could not be enhanced within the limits of this sky',
];

describe('a reason that speaks of the limit of the account', () => {
  it.each(OF_THE_ACCOUNT)('%s', (reason) => expect(failed(reason)).toBe(true));
  it.each(OF_THE_IMAGE)('is not: %s', (reason) => expect(failed(reason)).toBe(false));

  it('counts only for an image that failed, by the webhook or by its record', () => {
    const statusReason = 'Daily limit reached';
    expect(isDailyLimitFailure({ hasFailed: false, status: 'processed', statusReason })).toBe(false);
    expect(isDailyLimitFailure({ hasFailed: false, status: 'error', statusReason })).toBe(true);
    expect(isDailyLimitFailure({ hasFailed: true })).toBe(false);
  });

  it('is known by each pattern of the tables for at least one of these', () => {
    const unused = (patterns: readonly RegExp[], reasons: readonly string[]) =>
      patterns.filter((pattern) => !reasons.some((reason) => pattern.test(plain(reason))));
    expect(unused(LIMIT_REASONS, OF_THE_ACCOUNT)).toEqual([]);
    expect(unused(OTHER_LIMITS, OF_THE_IMAGE)).toEqual([]);
  });
});
