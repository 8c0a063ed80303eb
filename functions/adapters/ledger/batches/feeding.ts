import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Turn } from '../../../core/batch/feeding/fair-shares.ts';
import type { Counting, FedBatch, FeedLedger } from '../../../core/batch/feeding/ports.ts';
import type { Counted, FeederEnd } from '../../../core/batch/line.ts';
import type { Limits } from '../../../core/ports.ts';
import { createBatchGet } from '../batch-get.ts';
import { createGetItem, createUpdateItem } from '../items.ts';
import { type Item, number, numberOf, string } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import type { TableParts } from '../table.ts';
import { namesOf, setting, valuesOf } from '../updates.ts';
import { batchKey, feedToItem, itemToBatch, OPEN } from './batch-item.ts';
import { BY_WORK } from './lines.ts';

/** The key of the one feeder's lease. No request id is like that. */
const LEASE_KEY = { id: string('feeder') };

/** Batches in DynamoDB, as the feeder uses them. */
export function createFeedLedger(parts: TableParts): FeedLedger {
  const { send, table, clock } = parts;
  const batchGet = createBatchGet(parts);
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);

  async function openIds({ signal }: Limits): Promise<readonly string[]> {
    const ids: string[] = [];
    let start: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_WORK,
        KeyConditionExpression: '#work = :open',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':open': string(OPEN) },
        ExclusiveStartKey: start,
      });
      const { Items = [], LastEvaluatedKey } = await orUnavailable(send(command, { abortSignal: signal }));
      ids.push(...Items.flatMap(({ id }) => id?.S ?? []));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return ids;
  }

  return {
    async lease(owner, until, limits) {
      const item = await updateItem(
        {
          Key: LEASE_KEY,
          UpdateExpression: 'SET leased_by = :owner, lease_until = :until',
          ConditionExpression: 'attribute_not_exists(id) OR leased_by = :owner OR lease_until <= :now',
          ExpressionAttributeValues: {
            ':owner': string(owner),
            ':until': number(until),
            ':now': number(clock.now()),
          },
          ReturnValues: 'ALL_NEW',
        },
        limits,
      );
      return item && (item.turn?.S === undefined ? {} : { turn: JSON.parse(item.turn.S) as Turn });
    },

    async release(owner, turn, limits) {
      const input = {
        Key: LEASE_KEY,
        UpdateExpression: 'SET lease_until = :ended, turn = :turn',
        ConditionExpression: 'leased_by = :owner',
        ExpressionAttributeValues: {
          ':owner': string(owner),
          ':ended': number(0),
          ':turn': string(JSON.stringify(turn)),
        },
      };
      await updateItem(input, limits);
    },

    async openBatches(limits) {
      const ids = await openIds(limits);
      const items = await batchGet(ids, limits);
      // The index may not know yet that a batch has ended.
      return ids.flatMap((id) => {
        const item = items.get(id);
        return item?.work?.S === OPEN ? [itemToFed(item)] : [];
      });
    },

    async find(batchId, limits) {
      const item = await getItem(batchKey(batchId), limits);
      return item && itemToFed(item);
    },

    async save({ batch, revision, journal }, limits) {
      const next = revision + 1;
      const { startedAt, finishedAt } = batch;
      const attributes: Item = {
        ...feedToItem(batch),
        journal: string(encodeJournal(journal)),
        revision: number(next),
        ...(startedAt !== undefined && { started_at: number(startedAt) }),
        ...(finishedAt !== undefined && { finished_at: number(finishedAt) }),
      };
      const input = {
        Key: { id: string(batchKey(batch.batchId)) },
        UpdateExpression: setting(attributes),
        ConditionExpression: '#revision = :found',
        ExpressionAttributeNames: namesOf(attributes),
        ExpressionAttributeValues: { ...valuesOf(attributes), ':found': number(revision) },
      };
      return (await updateItem(input, limits)) && { batch, revision: next, journal };
    },

    async close(batchId, limits) {
      const input = {
        Key: { id: string(batchKey(batchId)) },
        UpdateExpression: 'REMOVE #work, place',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeNames: { '#work': 'work' },
      };
      await updateItem(input, limits);
    },
  };
}

function itemToFed(item: Item): FedBatch {
  const batch = itemToBatch(item);
  return { batch, revision: numberOf(item, 'revision') ?? 0, journal: decodeJournal(item.journal?.S ?? '[]') };
}

type JournalRow = readonly [number, number, number, Counted | null, Counted, (FeederEnd | null)?];

/** Without names: it holds hundreds of lines, and the item is paid for by its length. */
function encodeJournal(journal: readonly Counting[]): string {
  const rows = journal.map(({ line, round, changes, from, to, endedAs }): JournalRow => {
    return [line, round, changes, from ?? null, to, endedAs ?? null];
  });
  return JSON.stringify(rows);
}

function decodeJournal(text: string): readonly Counting[] {
  return (JSON.parse(text) as readonly JournalRow[]).map(([line, round, changes, from, to, endedAs]) => ({
    ...{ line, round, changes, to },
    ...(from !== null && { from }),
    ...(typeof endedAs === 'string' && { endedAs }),
  }));
}
