import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DueRequest, Looks } from '../../../core/completion/sweep/ports.ts';
import type { Limits } from '../../../core/ports.ts';
import { createBatchGet } from '../batch-get.ts';
import { type Item, itemToLedger, number, numberOf } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import { createTable, type TableParts } from '../table.ts';
import { awaitWebhookUpdate, endLookUpdate, lookAgainUpdate, STARTED } from '../updates.ts';

/** The index on when to look at a started request. */
export const BY_LOOK = 'by-look';

/** As many as BatchGetItem reads at once. */
const PAGE_ITEMS = 100;

/** The looks in DynamoDB. The index may be a second behind, so what it names is read consistently. */
export function createLooks(parts: TableParts): Looks {
  const { send, table } = parts;
  const { write } = createTable(parts);
  const batchGet = createBatchGet(parts);

  async function page(at: number, start: Item | undefined, { signal }: Limits) {
    const command = new QueryCommand({
      TableName: table,
      IndexName: BY_LOOK,
      KeyConditionExpression: 'look = :started AND look_at <= :at',
      ExpressionAttributeValues: { ':started': STARTED, ':at': number(at) },
      Limit: PAGE_ITEMS,
      ExclusiveStartKey: start,
    });
    return orUnavailable(send(command, { abortSignal: signal }));
  }

  return {
    async *due(at, limits) {
      let start: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await page(at, start, limits);
        const ids = Items.flatMap(({ id }) => id?.S ?? []);
        const items = await batchGet(ids, limits);
        yield ids.flatMap((id) => dueOf(items.get(id), at) ?? []);
        start = LastEvaluatedKey;
      } while (start !== undefined);
    },
    async again(requestId, at, wasUnderWay, limits) {
      await write(lookAgainUpdate(requestId, at, wasUnderWay), limits);
    },
    async awaitWebhook(requestId, toldAt, at, limits) {
      await write(awaitWebhookUpdate(requestId, toldAt, at), limits);
    },
    end: (requestId, limits) => write(endLookUpdate(requestId), limits),
  };
}

/** Undefined when the item has changed since, and nobody has to look at it now. */
function dueOf(item: Item | undefined, at: number): DueRequest | undefined {
  const lookAt = item && numberOf(item, 'look_at');
  if (item === undefined || lookAt === undefined || lookAt > at) return undefined;
  const [wasUnderWay, awaitsWebhook] = [item.seen_under_way?.BOOL === true, item.awaits_webhook?.BOOL === true];
  return { ...itemToLedger(item), lookAt, wasUnderWay, awaitsWebhook };
}
