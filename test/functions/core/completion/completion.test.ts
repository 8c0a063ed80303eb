import { describe, expect, it } from 'vitest';
import {
  completionType,
  foundVerdict,
  hasReallyFailed,
  isSettled,
  unknownVerdict,
  verdictOf,
} from '../../../../functions/core/completion/completion.ts';

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
    expect(verdictOf(true, null, NOON)).toEqual({ by: 'webhook', hasFailed: true, at: NOON, confirmed: null });
  });

  it('stands with the reason that the endpoint gives', () => {
    const record = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    expect(verdictOf(false, record, NOON)).toEqual({
      by: 'webhook',
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
    expect(verdictOf(true, { status_reason: 'x'.repeat(5000) }, NOON).statusReason).toHaveLength(1000);
  });

  it.each<[string, object, boolean | null]>([
    ['enhanced', { enhanced: true, error: false }, true],
    ['failed', { enhanced: false, error: true }, false],
    ['still under way', { enhanced: false, error: false }, null],
    ['nothing', {}, null],
    ['a status as well, which counts', { status: 'processing', enhanced: true }, null],
  ])('is compared with a record of an older API version that has %s', (_, record, confirmed) => {
    expect(verdictOf(false, { ...record }, NOON).confirmed).toBe(confirmed);
  });

  it.each<[boolean, boolean | null, boolean]>([
    [true, true, true],
    [true, null, true],
    [true, false, false],
    [false, true, false],
    [false, null, false],
    [false, false, true],
  ])('failed: %s, confirmed by the record: %s, means that it failed: %s', (hasFailed, confirmed, failed) => {
    expect(hasReallyFailed({ hasFailed, confirmed })).toBe(failed);
  });

  it.each([
    [false, 'image.processed'],
    [true, 'image.failed'],
  ])('failed: %s is told as %s', (hasFailed, type) => {
    expect(completionType({ hasFailed })).toBe(type);
  });
});

describe('what the sweep finds', () => {
  it('is what the record says, and confirmed by it when it is known to be of the request', () => {
    const found = foundVerdict({ status: 'error', status_reason: 'no exposure' }, NOON, true);
    const facts = { by: 'sweep', at: NOON, status: 'error', statusReason: 'no exposure' };
    expect(found).toEqual({ ...facts, hasFailed: true, confirmed: true });
    expect(foundVerdict({ enhanced: true }, NOON, false)).toMatchObject({ hasFailed: false, confirmed: null });
  });

  it('is a type of its own when nobody knows, and counts as failed', () => {
    const unknown = unknownVerdict({ status: 'processing' }, NOON);
    expect(completionType(unknown)).toBe('image.unknown');
    expect(unknown).toEqual({
      ...{ by: 'sweep', hasFailed: true, isUnknown: true, at: NOON, confirmed: null, status: 'processing' },
    });
    expect(hasReallyFailed(unknown)).toBe(true);
  });

  it('settles a completion, as the webhook does when the record shows an end', () => {
    expect([true, false, null].map((confirmed) => isSettled({ by: 'webhook', confirmed }))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isSettled({ by: 'sweep', confirmed: null })).toBe(true);
  });
});
