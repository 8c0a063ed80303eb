import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Counting, LineLedger, LineQuery } from '../../../core/batch/feeding/ports.ts';
import { concurrently } from '../../../core/concurrently.ts';
import type { Limits } from '../../../core/ports.ts';
import { createBatchGet } from '../batch-get.ts';
import { createQueryByImage } from '../by-image.ts';
import { createUpdateItem } from '../items.ts';
import { type Item, itemToLedger, number, string } from '../ledger-item.ts';
import { orUnavailable } from '../outage.ts';
import { createTable, type TableParts } from '../table.ts';
import { namesOf, setting, uncountedOf, valuesOf } from '../updates.ts';
import { failedOf, itemToLine, LINE_ATTRIBUTES, returnedOf } from './line-item.ts';

/** The index on what there is to do. */
export const BY_WORK = 'by-work';

const CONCURRENT_PUTS = 25;

/** A batch's lines in DynamoDB. */
export function createLineLedger(parts: TableParts): LineLedger {
  const { send, table } = parts;
  const { putIfAbsent, newItem } = createTable(parts);
  const batchGet = createBatchGet(parts);
  const queryByImage = createQueryByImage(parts);
  const updateItem = createUpdateItem(parts);

  /** Whether the condition held. */
  async function change(requestId: string, { set, removed }: Marks, condition: Condition, limits: Limits) {
    const update = {
      Key: { id: string(requestId) },
      UpdateExpression: `${setting(set)}${removed}`,
      ConditionExpression: condition.text,
      ExpressionAttributeNames: { ...namesOf(set), ...condition.names, ...(removed !== '' && { '#work': 'work' }) },
      ExpressionAttributeValues: { ...valuesOf(set), ...condition.values },
    };
    return (await updateItem(update, limits)) !== undefined;
  }

  return {
    put: (requests, limits) => concurrently(requests, CONCURRENT_PUTS, (each) => putIfAbsent(newItem(each), limits)),

    async find(requestIds, limits) {
      const items = await batchGet(requestIds, limits, LINE_ATTRIBUTES);
      return new Map([...items].map(([id, item]) => [id, itemToLine(item)]));
    },

    async findWhole(requestIds, limits) {
      return [...(await batchGet(requestIds, limits)).values()].map(itemToLedger);
    },

    async query(batchId, query, most, { signal }) {
      const { work, until } = rangeOf(batchId, query);
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_WORK,
        KeyConditionExpression: `#work = :work${until === undefined ? '' : ' AND place < :until'}`,
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':work': string(work), ...(until !== undefined && { ':until': number(until) }) },
        Limit: most,
      });
      const { Items = [] } = await orUnavailable(send(command, { abortSignal: signal }));
      return Items.flatMap(({ id }) => id?.S ?? []);
    },

    async mark(batchId, requestId, counting, at, limits) {
      const known = knownAs(counting);
      const told = toldOf(counting, at);
      const { work, removed } = nextWork(batchId, counting);
      const marks = { set: { ...told, ...work }, removed };
      if (isForGood(counting)) {
        await change(requestId, marks, known, limits);
        return;
      }
      if (await change(requestId, marks, unchanged(known, counting), limits)) return;
      // The line has changed since, and will be counted again; or its item has this counting already.
      await change(requestId, { set: told, removed: '' }, known, limits);
    },

    async hasNewer(imageId, acceptedAt, limits) {
      const { items } = await queryByImage({ imageId, after: acceptedAt, Limit: 1 }, limits);
      return items.length > 0;
    },
  };
}

interface Marks {
  readonly set: Item;
  /** What follows in the update's expression. */
  readonly removed: string;
}

interface Condition {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

function rangeOf(batchId: string, query: LineQuery): { readonly work: string; readonly until?: number } {
  switch (query.what) {
    case 'uncounted':
      return { work: uncountedOf(batchId), until: query.beforeLine };
    case 'returned':
      return { work: returnedOf(batchId) };
  }
}

/** Whatever is heard of such a line later changes nothing. Its batch may end with it, and then nobody counts any more. */
const isForGood = ({ to }: Counting): boolean => to === 'finished' || to === 'failed';

function unchanged({ text, names, values }: Condition, { changes }: Counting): Condition {
  return { text: `${text} AND changes = :changes`, names, values: { ...values, ':changes': number(changes) } };
}

/** The line's item still has the counting before this one. */
function knownAs({ from }: Counting): Condition {
  const names = { '#counted': 'counted' };
  if (from === undefined) return { text: 'attribute_not_exists(#counted)', names, values: {} };
  return { text: '#counted = :known', names, values: { ':known': string(from) } };
}

function toldOf({ to, endedAs }: Counting, at: number): Item {
  return {
    counted: string(to),
    ...(endedAs !== undefined && { ended_as: string(endedAs), ended_at: number(at) }),
  };
}

/** What is left to do about a line once it is counted. */
function nextWork(batchId: string, { to, line }: Counting): { readonly work: Item; readonly removed: string } {
  const none = { work: {}, removed: ' REMOVE #work, place' };
  const some = (work: string, place: number) => ({ work: { work: string(work), place: number(place) }, removed: '' });
  switch (to) {
    case 'failed':
      return some(failedOf(batchId), line);
    case 'returned':
      return some(returnedOf(batchId), line);
    case 'started':
    case 'finished':
    case 'resent':
      return none;
  }
}
