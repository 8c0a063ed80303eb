import { describe, expect, it } from 'vitest';
import { type CallbackMessage, deliveryOf, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { recentOf } from '../../../../functions/core/callback/list-partners.ts';
import { NOON } from '../../../support/fixtures.ts';

const message: CallbackMessage = {
  ...{ id: messageIdOf('acme', 'http:1'), partner: 'acme', eventId: 'http:1' },
  ...{ type: 'reprocess.succeeded', subject: 'house', at: NOON, payload: '{}' },
};

describe('how a callback does lately', () => {
  it('is counted by what became of its deliveries', () => {
    const attempt = (at: number, error?: string) => ({ at, durationMs: 1, ...(error !== undefined && { error }) });
    const deliveries = [
      { ...deliveryOf(message), state: 'delivered' as const, lastAttempts: [attempt(1, 'no'), attempt(5), attempt(4)] },
      { ...deliveryOf(message), state: 'given_up' as const, lastAttempts: [attempt(3, 'no'), attempt(2, 'no')] },
      { ...deliveryOf(message), state: 'given_up' as const },
      deliveryOf(message),
    ];
    expect(recentOf(deliveries)).toEqual({ count: 4, failing: 1, givenUp: 2, deliveredAt: 5, failedAt: 3 });
    expect(recentOf([])).toEqual({ count: 0, failing: 0, givenUp: 0 });
  });
});
