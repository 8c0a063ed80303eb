import type { FileClaim, FileLease, FileLedger, FileRuns } from '../../../core/batch/ports.ts';
import type { Clock, Limits } from '../../../core/ports.ts';
import { type Change, createGetItem, createUpdateItem, type ItemParts } from '../items.ts';
import { type Item, LEDGER_RETENTION_MS, number, numberOf, seconds, string } from '../ledger-item.ts';

// `state` is a reserved word of DynamoDB.
const NAMES = { '#state': 'state' };

export interface FileLedgerParts extends ItemParts {
  readonly clock: Pick<Clock, 'now'>;
}

/** Which files were read: an item in the ledger's table with the key `file:` and a hash. No request id begins like that. */
export function createFileLedger(parts: FileLedgerParts): FileLedger {
  const { clock } = parts;
  const getItem = createGetItem(parts);
  const updateItem = createUpdateItem(parts);

  /** The item after the change; undefined when its condition did not hold. */
  function change(fileId: string, update: Change, limits: Limits): Promise<Item | undefined> {
    const values = { ...update.ExpressionAttributeValues, ':expires_at': seconds(clock.now() + LEDGER_RETENTION_MS) };
    return updateItem(
      {
        Key: { id: string(fileId) },
        ...update,
        UpdateExpression: `${update.UpdateExpression}, expires_at = :expires_at`,
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      },
      limits,
    );
  }

  const find = async (fileId: string, limits: Limits): Promise<Item> => (await getItem(fileId, limits)) ?? {};

  async function claim({ fileId, owner }: FileLease, leaseUntil: number, limits: Limits): Promise<FileClaim> {
    const update: Change = {
      UpdateExpression:
        'SET #state = :reading, leased_by = :owner, lease_until = :until, started_at = if_not_exists(started_at, :now), runs = if_not_exists(runs, :none) + :one',
      ConditionExpression:
        'attribute_not_exists(id) OR (#state = :reading AND (lease_until <= :now OR leased_by = :owner))',
      ExpressionAttributeValues: {
        ':reading': string('reading'),
        ':owner': string(owner),
        ':until': number(leaseUntil),
        ':now': number(clock.now()),
        ':none': number(0),
        ':one': number(1),
      },
    };
    const claimed = await change(fileId, update, limits);
    if (claimed !== undefined) return { kind: 'claimed', runs: runsOf(claimed) };
    const standing = await find(fileId, limits);
    if (standing.state?.S === 'finished') return { kind: 'finished' };
    return { kind: 'leased', until: Number(standing.lease_until?.N ?? 0) };
  }

  async function prolong({ fileId, owner }: FileLease, leaseUntil: number, limits: Limits) {
    const update: Change = {
      UpdateExpression: 'SET lease_until = :until',
      ConditionExpression: 'leased_by = :owner AND #state = :reading',
      ExpressionAttributeValues: {
        ':owner': string(owner),
        ':reading': string('reading'),
        ':until': number(leaseUntil),
      },
    };
    return (await change(fileId, update, limits)) !== undefined;
  }

  async function finish({ fileId, owner }: FileLease, limits: Limits) {
    const update: Change = {
      UpdateExpression: 'SET #state = :finished',
      // True for a finished file too: the response to the first attempt may have been lost.
      ConditionExpression: 'leased_by = :owner',
      ExpressionAttributeValues: { ':owner': string(owner), ':finished': string('finished') },
    };
    return (await change(fileId, update, limits)) !== undefined;
  }

  async function isBegun(fileId: string, limits: Limits): Promise<boolean> {
    return (await find(fileId, limits)).state?.S === 'reading';
  }

  return { claim, isBegun, prolong, finish };
}

function runsOf(item: Item): FileRuns {
  return { startedAt: numberOf(item, 'started_at') ?? 0, runs: numberOf(item, 'runs') ?? 1 };
}
