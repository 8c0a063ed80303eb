import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliveryLog } from '../../../../functions/adapters/ledger/deliveries.ts';
import { type CallbackDelivery, deliveryOf } from '../../../../functions/core/callback/delivery.ts';
import { NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';
import { startLedgerTable } from '../../../support/ledger-table.ts';

let server: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  server = await startLedgerTable();
});
afterAll(() => server.stop());

const DAY = 86_400_000;
const clock = standingClock();
const limits = plentyOfTime(clock);
type State = CallbackDelivery['state'];

/** A delivery that is saved in one state after the other, as two functions may that have its message at once. */
async function savedAs(...states: readonly State[]): Promise<State | undefined> {
  const { client, table } = server;
  const log = createDeliveryLog({ send: client.send.bind(client), table, clock });
  const id = `msg_${states.join('_')}`;
  const message = { id, partner: 'acme', eventId: id, type: 'image.processed', subject: 'house', at: NOON } as const;
  for (const state of states) await log.save({ ...deliveryOf({ ...message, payload: '{}' }), state }, limits);
  return (await log.find(id, limits))?.state;
}

describe('the delivery log', () => {
  it.each<[State, State, State]>([
    ['waiting', 'waiting', 'waiting'],
    ['waiting', 'delivered', 'delivered'],
    ['waiting', 'given_up', 'given_up'],
    ['delivered', 'waiting', 'delivered'],
    ['delivered', 'given_up', 'delivered'],
    ['delivered', 'delivered', 'delivered'],
    ['given_up', 'waiting', 'given_up'],
    ['given_up', 'given_up', 'given_up'],
    ['given_up', 'delivered', 'delivered'],
  ])('has what is %s, and then saved as %s, as %s', async (first, second, end) => {
    expect(await savedAs(first, second)).toBe(end);
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
