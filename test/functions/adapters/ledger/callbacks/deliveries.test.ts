import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliveryLog } from '../../../../../functions/adapters/ledger/callbacks/deliveries.ts';
import { type CallbackDelivery, deliveryOf } from '../../../../../functions/core/callback/delivery.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';
import { startLedgerTable } from '../../../../support/ledger-table.ts';

let server: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  server = await startLedgerTable();
});
afterAll(() => server.stop());

const DAY = 86_400_000;
const clock = standingClock();
const limits = plentyOfTime(clock);
type State = CallbackDelivery['state'];

/**
 * A delivery that is saved in one state after the other, as two functions may that have its message at once.
 * @returns its state, and which of them wrote last
 */
async function savedAs(...states: readonly State[]) {
  const { client, table } = server;
  const log = createDeliveryLog({ send: client.send.bind(client), table, clock });
  const id = `msg_${states.join('_')}`;
  const message = { id, partner: 'acme', eventId: id, type: 'image.processed', subject: 'house', at: NOON } as const;
  const delivery = deliveryOf({ ...message, payload: '{}' });
  for (const [index, state] of states.entries()) await log.save({ ...delivery, state, attempts: index + 1 }, limits);
  const saved = await log.find(id, limits);
  return [saved?.state, saved?.attempts];
}

describe('the delivery log', () => {
  it.each<[State, State, State, number]>([
    ['waiting', 'waiting', 'waiting', 2],
    ['waiting', 'delivered', 'delivered', 2],
    ['waiting', 'given_up', 'given_up', 2],
    ['delivered', 'waiting', 'delivered', 1],
    ['delivered', 'given_up', 'delivered', 1],
    ['delivered', 'delivered', 'delivered', 2],
    ['given_up', 'waiting', 'given_up', 1],
    // One that is sent once more and fails again shows that attempt too.
    ['given_up', 'given_up', 'given_up', 2],
    ['given_up', 'delivered', 'delivered', 2],
  ])('has what is %s, and then saved as %s, as %s, by write %i', async (first, second, end, last) => {
    expect(await savedAs(first, second)).toEqual([end, last]);
  });

  it('lists the callback of the newest event first, whichever was attempted last', async () => {
    const { client, table } = server;
    const now = standingClock();
    const log = createDeliveryLog({ send: client.send.bind(client), table, clock: now });
    const delivery = (eventId: string, at: number) => {
      const message = { id: `msg_${eventId}`, partner: 'listed', eventId, type: 'image.processed' } as const;
      return deliveryOf({ ...message, subject: 'house', at, payload: '{}' });
    };
    await log.save(delivery('newer', NOON + 1000), limits);
    now.set(NOON + 60_000);
    await log.save(delivery('older', NOON), limits);
    const { deliveries } = await log.list('listed', { limit: 10 }, limits);
    expect(deliveries.map(({ eventId }) => eventId)).toEqual(['newer', 'older']);
  });

  it('has a callback for 14 days after its last attempt, however old its event is', async () => {
    const { client, table } = server;
    const now = standingClock(NOON + 13 * DAY);
    const log = createDeliveryLog({ send: client.send.bind(client), table, clock: now });
    const message = {
      id: 'msg_old',
      partner: 'acme',
      eventId: 'e',
      type: 'image.processed',
      subject: 'house',
    } as const;
    const delivery = deliveryOf({ ...message, at: NOON, payload: '{}' });
    await log.save({ ...delivery, state: 'given_up' }, limits);
    const isThere = async (at: number) => {
      now.set(at);
      return (await log.find('msg_old', limits)) !== undefined;
    };
    expect([await isThere(NOON + 27 * DAY - 1000), await isThere(NOON + 27 * DAY)]).toEqual([true, false]);
  });
});
