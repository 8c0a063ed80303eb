import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock, LedgerItem, Limits } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/request/reprocess-request.ts';
import { createGetItem, createUpdateItem, type ItemParts, type Update } from './items.ts';
import {
  BATCH_RETENTION_MS,
  expiryOf,
  type Item,
  identityOf,
  itemToLedger,
  LEDGER_RETENTION_MS,
  number,
  seconds,
  string,
} from './ledger-item.ts';
import { ifConditionHolds } from './outage.ts';
import type { Times } from './updates.ts';

export interface TableParts extends ItemParts {
  readonly clock: Clock;
}

/** Single operations on the table. All throw DependencyUnavailable. */
export type Table = ReturnType<typeof createTable>;

export function createTable(parts: TableParts) {
  const { send, table, clock } = parts;
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);

  /** @param batchId of the request, if it is a batch's line */
  function times(batchId: string | undefined): Times {
    const keptMs = batchId === undefined ? LEDGER_RETENTION_MS : BATCH_RETENTION_MS;
    return { now: clock.now(), expiresAt: clock.now() + keptMs };
  }

  return {
    times,

    async find(requestId: string, limits: Limits): Promise<LedgerItem | undefined> {
      const item = await getItem(requestId, limits);
      // DynamoDB deletes an expired item within days, not at once.
      return item !== undefined && expiryOf(item) > clock.now() ? itemToLedger(item) : undefined;
    },

    /** Resolves with false when there is an item already. */
    async putIfAbsent(item: Item, { signal }: Limits): Promise<boolean> {
      const command = new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(id) OR expires_at <= :now_s',
        ExpressionAttributeValues: { ':now_s': seconds(clock.now()) },
      });
      return (await ifConditionHolds(send(command, { abortSignal: signal }))) !== undefined;
    },

    /** Resolves with the item after the update; undefined when the condition did not hold. */
    async apply(update: Update, limits: Limits): Promise<LedgerItem | undefined> {
      const item = await updateItem({ ...update, ReturnValues: 'ALL_NEW' }, limits);
      return item && itemToLedger(item);
    },

    /** Resolves with whether the condition held. Does not return the item, which may contain a response of 256 KiB. */
    async write(update: Update, limits: Limits): Promise<boolean> {
      return (await updateItem({ ...update, ReturnValues: 'NONE' }, limits)) !== undefined;
    },

    /** The item of a request that was not claimed yet. */
    newItem(request: ReprocessRequest): Item {
      const counters = { attempts: number(0), crashes: number(0) };
      const { expiresAt } = times(request.batch?.batchId);
      const head = { id: string(request.requestId), state: string('accepted'), expires_at: seconds(expiresAt) };
      return { ...head, ...identityOf(request), ...counters };
    },
  };
}
