import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CallbackDelivery } from '../../core/callback/delivery.ts';
import type { DeliveryLog } from '../../core/callback/ports.ts';
import { createBatchGet } from './batch-get.ts';
import { createOwnerPages } from './by-owner.ts';
import { expiryOf, type Item, iso, LEDGER_RETENTION_MS, seconds, string, textOf } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** The delivery log: an item for each callback with the key `delivery:` and its id, for 14 days after its last attempt. */
export function createDeliveryLog(parts: TableParts): DeliveryLog {
  const { send, table, clock } = parts;
  const pages = createOwnerPages(parts);
  const batchGet = createBatchGet(parts);

  return {
    async find(id, { signal }) {
      const command = new GetItemCommand({ TableName: table, Key: { id: string(keyOf(id)) }, ConsistentRead: true });
      const { Item: item } = await orUnavailable(send(command, { abortSignal: signal }));
      return item !== undefined && expiryOf(item) > clock.now() ? itemToDelivery(item) : undefined;
    },
    async save(delivery, { signal }) {
      const Item: Item = {
        id: string(keyOf(delivery.id)),
        owner: string(ownerOf(delivery.partner)),
        accepted_at: string(iso(delivery.at)),
        delivery: string(JSON.stringify(delivery)),
        expires_at: seconds(clock.now() + LEDGER_RETENTION_MS),
      };
      await orUnavailable(send(new PutItemCommand({ TableName: table, Item }), { abortSignal: signal }));
    },
    async list(partner, page, limits) {
      const { items, cursor } = await pages([ownerOf(partner)], page, limits);
      // The index has their keys alone.
      const ids = items.map((item) => textOf(item, 'id'));
      const read = await batchGet(ids, limits);
      const deliveries = ids.flatMap((id) => {
        const item = read.get(id);
        return item === undefined ? [] : [itemToDelivery(item)];
      });
      return { deliveries, ...(cursor !== undefined && { cursor }) };
    },
  };
}

const keyOf = (id: string) => `delivery:${id}`;
const ownerOf = (partner: string) => `callback#${partner}`;

function itemToDelivery(item: Item): CallbackDelivery {
  return JSON.parse(textOf(item, 'delivery'));
}
