import { describe, expect, it } from 'vitest';
import { type CallbackMessage, deliveryOf, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { createListPartners, recentOf } from '../../../../functions/core/callback/list-partners.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

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

describe('the list of partners', () => {
  it('says by name what each may ask for: what its entry says, else what is usual; an operator has no limits', async () => {
    const defaults = { callsPerSecond: 10, burst: 50, batchesPerDay: 100 };
    const listPartners = createListPartners({
      partners: async () => [
        { name: 'ops', role: 'operator' as const },
        { name: 'globex', limits: { burst: 7 } },
        { name: 'acme' },
      ],
      defaults,
      // What a first test that failed leaves: nothing is sent yet.
      callbacks: { find: async (partner) => (partner === 'acme' ? { partner, secrets: [] } : undefined) },
      deliveries: { list: () => Promise.reject(new Error('nobody asks')) },
    });
    const listed = await listPartners(plentyOfTime(standingClock()));
    expect(listed.filter(({ callback }) => callback !== undefined)).toEqual([]);
    expect(listed.map(({ partner, limits }) => [partner.name, limits])).toEqual([
      ['acme', defaults],
      ['globex', { ...defaults, burst: 7 }],
      ['ops', undefined],
    ]);
  });
});
