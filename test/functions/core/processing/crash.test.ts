import { describe, expect, it } from 'vitest';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import { deliveryId, isCrashOf } from '../../../../functions/core/processing/crash.ts';
import { SLOWED_WAIT, visibilityTimeout, WORKER_TIMEOUT } from '../../../../infra/limits.ts';
import { NOON } from '../../../support/fixtures.ts';

const SECOND = 1000;
const delivery = (receiveCount: number, isSlowed = false) => ({
  messageId: 'message',
  groupId: 'house',
  receiveCount,
  sentAt: NOON,
  isSlowed,
});

/** An open claim of an invocation that began at noon. */
const claimOf = (receiveCount: number, isSlowed: boolean) =>
  ({
    leaseUntil: NOON + WORKER_TIMEOUT * SECOND,
    claimedBy: deliveryId(delivery(receiveCount, isSlowed)),
  }) as LedgerItem;

const VISIBILITY = visibilityTimeout(WORKER_TIMEOUT);
const LONGEST_GIVEN_BACK = 30;

describe('a crash is detected from the next delivery', () => {
  it.each<[string, boolean, number, boolean]>([
    ['after the visibility timeout', false, VISIBILITY, true],
    ['after the visibility timeout and a day in a full queue', false, VISIBILITY + 86_400, true],
    ['that was given back at the very end', false, WORKER_TIMEOUT + LONGEST_GIVEN_BACK, false],
    ['of a slowed message after the visibility timeout', true, VISIBILITY, true],
    ['of a slowed message that was given back at once', true, SLOWED_WAIT, false],
    ['of a slowed message that was given back at the very end', true, WORKER_TIMEOUT + SLOWED_WAIT, false],
  ])('%s', (_name, isSlowed, seconds, isDeath) => {
    const now = NOON + seconds * SECOND;
    expect(isCrashOf(claimOf(7, isSlowed), delivery(8), now)).toBe(isDeath);
    expect(isCrashOf(claimOf(7, isSlowed), delivery(8, true), now)).toBe(isDeath);
  });

  it('and from no other', () => {
    const now = NOON + VISIBILITY * SECOND;
    for (const count of [6, 7, 9]) expect(isCrashOf(claimOf(7, false), delivery(count), now)).toBe(false);
    expect(isCrashOf(claimOf(7, false), { ...delivery(8), messageId: 'another' }, now)).toBe(false);
    const { leaseUntil: _, ...ended } = claimOf(7, false);
    expect(isCrashOf(ended, delivery(8), now)).toBe(false);
  });
});
