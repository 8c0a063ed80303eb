import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Batch } from '../../../core/batch/batch.ts';
import type { BatchLedger } from '../../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../../core/errors.ts';
import type { Limits } from '../../../core/ports.ts';
import { createWholePages } from '../by-owner.ts';
import { createGetItem, createUpdateItem } from '../items.ts';
import { expiryOf, type Item, string } from '../ledger-item.ts';
import { ifConditionHolds } from '../outage.ts';
import type { TableParts } from '../table.ts';
import { namesOf, setting, valuesOf } from '../updates.ts';
import { batchKey, batchOwnerOf, batchToItem, itemToBatch, openItem } from './batch-item.ts';

/** Batches in DynamoDB. Each attribute has one writer: the check, the batch's owner, or the feeder. */
export function createBatchLedger(parts: TableParts): BatchLedger {
  const { send, table, clock } = parts;
  const pages = createWholePages(parts);
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);

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

  /** Sets attributes of a batch that does not have a certain one yet, and is not cancelled. Returns the batch that the ledger has then. */
  async function change(batchId: string, attributes: Item, absent: '#check' | 'finished_at', limits: Limits) {
    const update = {
      Key: { id: string(batchKey(batchId)) },
      UpdateExpression: setting(attributes),
      ConditionExpression: `attribute_exists(id) AND attribute_not_exists(${absent}) AND #control <> :cancelled`,
      // `control` may be a reserved word, as `check` may.
      ExpressionAttributeNames: { ...namesOf(attributes), '#control': 'control' },
      ExpressionAttributeValues: { ...valuesOf(attributes), ':cancelled': string('cancelled') },
      ReturnValues: 'ALL_NEW',
    } as const;
    const changed = await updateItem(update, limits);
    return changed === undefined ? find(batchId, limits) : itemToBatch(changed);
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
      return change(batchId, { ...checked, ...open }, '#check', limits);
    },
    setControl: (batchId, control, limits) => change(batchId, { control: string(control) }, 'finished_at', limits),
    async list(owners, page, limits) {
      // The index has their keys alone: their counts change every second, and each change of an index is paid for.
      const { items, ...more } = await pages(owners.map(batchOwnerOf), page, limits);
      return { batches: items.map(itemToBatch), ...more };
    },
  };
}
