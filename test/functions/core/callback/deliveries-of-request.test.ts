import { describe, expect, it } from 'vitest';
import { createDeliveriesOfRequest } from '../../../../functions/core/callback/deliveries-of-request.ts';
import { deliveryOf, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import type { Completion } from '../../../../functions/core/completion/completion.ts';
import { aLedgerItem, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

/** The deliveries of a request of acme's. @param asking who asks for them */
async function deliveriesFor(asking: string, completion?: Completion) {
  const outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON } as const;
  const item = aLedgerItem({ partner: 'acme', outcome, ...(completion && { completion }) });
  const read: string[] = [];
  const deliveriesOfRequest = createDeliveriesOfRequest({
    requests: { find: async () => item },
    deliveries: {
      find: async (id) => {
        read.push(id);
        const facts = {
          id,
          partner: 'acme',
          eventId: 'told',
          subject: item.imageId,
          at: NOON + read.length,
          payload: '{}',
        };
        return deliveryOf({ ...facts, type: 'reprocess.succeeded' });
      },
    },
  });
  const found = await deliveriesOfRequest(asking, item.requestId, plentyOfTime(standingClock()));
  return {
    found: found.length,
    ids: found.map(({ id }) => id),
    read,
    ofAcme: messageIdOf('acme', `${item.requestId}.succeeded`),
  };
}

describe('what was told of a request', () => {
  it('is read by the id of its event', async () => {
    const { found, read, ofAcme } = await deliveriesFor('acme');
    expect([found, read]).toEqual([1, [ofAcme]]);
  });

  it('begins with the newest', async () => {
    const completion = { by: 'webhook', hasFailed: false, at: NOON, confirmed: true, isAmbiguous: false } as const;
    const { ids, read } = await deliveriesFor('acme', completion);
    expect(read).toHaveLength(2);
    expect(ids).toEqual(read.toReversed());
  });

  it('is nothing to another partner', async () => {
    const { found, read } = await deliveriesFor('globex');
    expect([found, read]).toEqual([0, []]);
  });
});
