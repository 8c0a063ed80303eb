import { BatchGetItemCommand, type BatchGetItemOutput, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { concurrently } from '../../core/concurrently.ts';
import { DependencyUnavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/ports.ts';
import { expiryOf, type Item, string } from './ledger-item.ts';
import { orUnavailable } from './outage.ts';
import type { TableParts } from './table.ts';

/** DynamoDB's limit for one BatchGetItem. */
const MAX_KEYS = 100;
const CONCURRENT = 5;
/** DynamoDB leaves out what it has no capacity for, or what is more than 16 MB; it is asked for that again, a little later. */
const MAX_ROUNDS = 10;
const PAUSE_MS = 50;

/** Reads many items, consistently, by their ids. Those that are not there, or have expired, are left out. */
export function createBatchGet({ send, table, clock }: TableParts) {
  async function get(ids: readonly string[], projection: Projection, found: Map<string, Item>, limits: Limits) {
    let keys: KeysAndAttributes['Keys'] = ids.map((id) => ({ id: string(id) }));
    for (let round = 0; keys !== undefined && keys.length > 0; round += 1) {
      if (round === MAX_ROUNDS)
        throw new DependencyUnavailable('ledger', new Error('it left out the same items again'));
      if (round > 0) await clock.sleep(PAUSE_MS * 2 ** round, limits.signal);
      const asked: KeysAndAttributes = { Keys: keys, ConsistentRead: true, ...projection };
      const command = new BatchGetItemCommand({ RequestItems: { [table]: asked } });
      const { Responses, UnprocessedKeys }: BatchGetItemOutput = await orUnavailable(
        send(command, { abortSignal: limits.signal }),
      );
      for (const item of Responses?.[table] ?? []) {
        if (expiryOf(item) > clock.now()) found.set(item.id?.S ?? '', item);
      }
      keys = UnprocessedKeys?.[table]?.Keys;
    }
  }

  /** @param attributes to read; all of them without it */
  return async (ids: readonly string[], limits: Limits, attributes?: readonly string[]) => {
    const found = new Map<string, Item>();
    const distinct = [...new Set(ids)];
    const parts = Array.from({ length: Math.ceil(distinct.length / MAX_KEYS) }, (_, part) =>
      distinct.slice(part * MAX_KEYS, (part + 1) * MAX_KEYS),
    );
    const projection = attributes === undefined ? {} : projectionOf(attributes);
    await concurrently(parts, CONCURRENT, (part) => get(part, projection, found, limits));
    return found;
  };
}

type Projection = Pick<KeysAndAttributes, 'ProjectionExpression' | 'ExpressionAttributeNames'>;

function projectionOf(attributes: readonly string[]): Projection {
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };
}
