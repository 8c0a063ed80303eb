import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock, LedgerItem, Limits } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/request/reprocess-request.ts';
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
import { ifConditionHolds, orUnavailable } from './outage.ts';
import type { Times, Update } from './updates.ts';

export interface TableParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
  readonly clock: Clock;
}

/** Single operations on the table. All throw DependencyUnavailable. */
export type Table = ReturnType<typeof createTable>;

export function createTable({ send, table, clock }: TableParts) {
  /** @param batchId of the request, if it is a batch's line */
  function times(batchId: string | undefined): Times {
    const keptMs = batchId === undefined ? LEDGER_RETENTION_MS : BATCH_RETENTION_MS;
    return { now: clock.now(), expiresAt: clock.now() + keptMs };
  }

  return {
    times,

    async find(requestId: string, { signal }: Limits): Promise<LedgerItem | undefined> {
      const command = new GetItemCommand({ TableName: table, Key: { id: string(requestId) }, ConsistentRead: true });
      const { Item: item } = await orUnavailable(send(command, { abortSignal: signal }));
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
    async apply(update: Update, { signal }: Limits): Promise<LedgerItem | undefined> {
      const command = new UpdateItemCommand({ TableName: table, ReturnValues: 'ALL_NEW', ...update });
      const output = await ifConditionHolds(send(command, { abortSignal: signal }));
      return output?.Attributes && itemToLedger(output.Attributes);
    },

    /** Resolves with whether the condition held. Does not return the item, which may contain a response of 256 KiB. */
    async write(update: Update, { signal }: Limits): Promise<boolean> {
      const command = new UpdateItemCommand({ TableName: table, ReturnValues: 'NONE', ...update });
      return (await ifConditionHolds(send(command, { abortSignal: signal }))) !== undefined;
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
