import { describe, expect, it } from 'vitest';
import { createDeliveriesOfRequest } from '../../../../functions/core/callback/deliveries-of-request.ts';
import { deliveryOf, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

/** The deliveries of a request of acme's. @param asking who asks for them */
async function deliveriesFor(asking: string) {
  const outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON } as const;
  const item = aLedgerItem({ partner: 'acme', outcome });
  const read: string[] = [];
  const deliveriesOfRequest = createDeliveriesOfRequest({
    requests: { find: async () => item },
    deliveries: {
      find: async (id) => {
        read.push(id);
        const facts = { id, partner: 'acme', eventId: 'told', subject: item.imageId, at: NOON, payload: '{}' };
        return deliveryOf({ ...facts, type: 'reprocess.succeeded' });
      },
    },
  });
  const found = await deliveriesOfRequest(asking, item.requestId, plentyOfTime(standingClock()));
  return { found: found.length, read, ofAcme: messageIdOf('acme', `${item.requestId}.succeeded`) };
}

describe('what was told of a request', () => {
  it('is read by the id of its event', async () => {
    const { found, read, ofAcme } = await deliveriesFor('acme');
    expect([found, read]).toEqual([1, [ofAcme]]);
  });

  it('is nothing to another partner', async () => {
    const { found, read } = await deliveriesFor('globex');
    expect([found, read]).toEqual([0, []]);
  });
});
