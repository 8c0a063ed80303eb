import { describe, expect, it } from 'vitest';
import { completionType, verdictOf } from '../../../../functions/core/completion/completion.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

describe('what the webhook says', () => {
  it.each<[string, unknown, boolean | null]>([
    ['processed', 'processed', true],
    ['processed', 'error', false],
    ['failed', 'error', true],
    ['failed', 'processed', false],
    ...['processed', 'failed'].flatMap((said) =>
      ['processing', 'waiting', 'expired', 'PROCESSED', '', null, undefined, 1].map(
        (status): [string, unknown, null] => [said, status, null],
      ),
    ),
  ])('%s, where the endpoint says %j, is confirmed: %s', (said, status, confirmed) => {
    expect(verdictOf(said === 'failed', { status }, NOON).confirmed).toBe(confirmed);
  });

  it('is neither confirmed nor denied without a record', () => {
    expect(verdictOf(true, null, NOON)).toEqual({ hasFailed: true, at: NOON, confirmed: null });
  });

  it('stands with the reason that the endpoint gives', () => {
    const record = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    expect(verdictOf(false, record, NOON)).toEqual({
      hasFailed: false,
      at: NOON,
      confirmed: false,
      status: 'error',
      statusReason: 'Daily enhancement limit reached',
    });
  });

  it('keeps no more than a list can show of what should be a word', () => {
    const { status, statusReason } = verdictOf(false, { status: 'x'.repeat(5000), status_reason: ['x'] }, NOON);
    expect([status?.length, statusReason]).toEqual([1000, undefined]);
  });

  it.each([
    [false, 'image.processed'],
    [true, 'image.failed'],
  ])('failed: %s is told as %s', (hasFailed, type) => {
    expect(completionType({ hasFailed })).toBe(type);
  });
});
