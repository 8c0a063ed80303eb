import { expect, it } from 'vitest';
import {
  type CallbackMessage,
  deliveryOf,
  messageIdOf,
  withAttempt,
} from '../../../../functions/core/callback/delivery.ts';
import { NOON } from '../../../support/fixtures.ts';

it('a delivery counts all its attempts and keeps the last ten, and each ends the wait for it', () => {
  const message: CallbackMessage = {
    ...{ id: messageIdOf('acme', 'http:1'), partner: 'acme', eventId: 'http:1' },
    ...{ type: 'reprocess.succeeded', subject: 'house', at: NOON, payload: '{}' },
  };
  let delivery = deliveryOf(message);
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    delivery = withAttempt({ ...delivery, nextAttemptAt: NOON + attempt }, { at: NOON + attempt, durationMs: 1 });
  }
  expect(delivery.attempts).toBe(12);
  expect(delivery.lastAttempts.map(({ at }) => at - NOON)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(delivery).not.toHaveProperty('nextAttemptAt');
});
