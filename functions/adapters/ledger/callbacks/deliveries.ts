import { PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallbackDelivery } from '../../../core/callback/delivery.ts';
import type { DeliveryLog } from '../../../core/callback/ports.ts';
import { createWholePages } from '../by-owner.ts';
import { createGetItem } from '../items.ts';
import { expiryOf, type Item, iso, LEDGER_RETENTION_MS, seconds, string, textOf } from '../ledger-item.ts';
import { ifConditionHolds } from '../outage.ts';
import type { TableParts } from '../table.ts';

/** The delivery log: an item for each callback with the key `delivery:` and its id, for 14 days after its last attempt. */
export function createDeliveryLog(parts: TableParts): DeliveryLog {
  const { send, table, clock } = parts;
  const getItem = createGetItem(parts);
  const pages = createWholePages(parts);

  return {
    async find(id, limits) {
      const item = await getItem(keyOf(id), limits);
      return item !== undefined && expiryOf(item) > clock.now() ? itemToDelivery(item) : undefined;
    },
    async save(delivery, { signal }) {
      const Item: Item = {
        id: string(keyOf(delivery.id)),
        state: string(delivery.state),
        owner: string(deliveryOwnerOf(delivery.partner)),
        accepted_at: string(iso(delivery.at)),
        delivery: string(JSON.stringify(delivery)),
        expires_at: seconds(clock.now() + LEDGER_RETENTION_MS),
      };
      const command = new PutItemCommand({ TableName: table, Item, ...unlessEnded(delivery) });
      await ifConditionHolds(send(command, { abortSignal: signal }));
    },
    async list(partner, page, limits) {
      const { items, ...more } = await pages([deliveryOwnerOf(partner)], page, limits);
      return { deliveries: items.map(itemToDelivery), ...more };
    },
  };
}

/** SQS may hand a message out twice at once: what one function has ended stays so, whatever came of it for the other. */
function unlessEnded({ state }: CallbackDelivery): Partial<PutItemCommandInput> {
  if (state === 'delivered') return {};
  const ends = state === 'given_up' ? { ':delivered': string('delivered') } : ENDS;
  const hasEnded = Object.keys(ends).map((end) => `#state = ${end}`);
  return {
    ConditionExpression: `attribute_not_exists(#state) OR NOT (${hasEnded.join(' OR ')})`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: ends,
  };
}
const ENDS = { ':delivered': string('delivered'), ':given_up': string('given_up') };

const keyOf = (id: string) => `delivery:${id}`;
const deliveryOwnerOf = (partner: string) => `callback#${partner}`;

function itemToDelivery(item: Item): CallbackDelivery {
  return JSON.parse(textOf(item, 'delivery'));
}
