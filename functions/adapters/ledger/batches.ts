import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Batch } from '../../core/batch/batch.ts';
import type { BatchLedger } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/ports.ts';
import { batchKey, batchOwnerOf, batchToItem, itemToBatch, openItem } from './batch-item.ts';
import { createWholePages } from './by-owner.ts';
import { createGetItem } from './get-item.ts';
import { expiryOf, type Item, string } from './ledger-item.ts';
import { ifConditionHolds } from './outage.ts';
import type { TableParts } from './table.ts';
import { namesOf, setting, valuesOf } from './updates.ts';

/** Batches in DynamoDB. Each attribute has one writer: the check, the batch's owner, or the feeder. */
export function createBatchLedger(parts: TableParts): BatchLedger {
  const { send, table, clock } = parts;
  const pages = createWholePages(parts);
  const getItem = createGetItem(parts);

  async function find(batchId: string, limits: Limits): Promise<Batch | undefined> {
    const item = await getItem(batchKey(batchId), limits);
    return item !== undefined && expiryOf(item) > clock.now() ? itemToBatch(item) : undefined;
  }

  async function create(batch: Batch, limits: Limits): Promise<Batch> {
    const command = new PutItemCommand({
      TableName: table,
      Item: batchToItem(batch),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    if (await ifConditionHolds(send(command, { abortSignal: limits.signal }))) return batch;
    const standing = await find(batch.batchId, limits);
    if (standing === undefined)
      throw new DependencyUnavailable('ledger', new Error('the batch expired as it was read'));
    return standing;
  }

  /** Sets attributes if a condition holds. Returns the batch that the ledger has then. */
  async function change(batchId: string, attributes: Item, condition: string, values: Item, limits: Limits) {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyOf(batchId),
      UpdateExpression: setting(attributes),
      ConditionExpression: `attribute_exists(id) AND ${condition}`,
      ExpressionAttributeNames: { ...namesOf(attributes), ...CONTROL },
      ExpressionAttributeValues: { ...valuesOf(attributes), ...values },
      ReturnValues: 'ALL_NEW',
    });
    const changed = await ifConditionHolds(send(command, { abortSignal: limits.signal }));
    return changed?.Attributes === undefined ? find(batchId, limits) : itemToBatch(changed.Attributes);
  }

  return {
    create,
    find,
    async setChecked(batchId, check, version, limits) {
      const batch = await find(batchId, limits);
      if (batch === undefined) return undefined;
      const checked: Item = { check: string(JSON.stringify(check)), version: string(version) };
      const open = check.refusal === undefined ? openItem(batch.createdAt) : {};
      // A batch that is cancelled while it is checked sends nothing, and stays so.
      const condition = 'attribute_not_exists(#check) AND #control <> :cancelled';
      return change(batchId, { ...checked, ...open }, condition, { ':cancelled': string('cancelled') }, limits);
    },
    setControl(batchId, control, limits) {
      const condition = 'attribute_not_exists(finished_at) AND #control <> :cancelled';
      return change(batchId, { control: string(control) }, condition, { ':cancelled': string('cancelled') }, limits);
    },
    async list(owners, page, limits) {
      // The index has their keys alone: their counts change every second, and each change of an index is paid for.
      const { items, ...more } = await pages(owners.map(batchOwnerOf), page, limits);
      return { batches: items.map(itemToBatch), ...more };
    },
  };
}

// `check` and `control` may be reserved words; `#control` is named in each condition.
const CONTROL = { '#control': 'control' };

function keyOf(batchId: string): { id: Item[string] } {
  return { id: string(batchKey(batchId)) };
}
