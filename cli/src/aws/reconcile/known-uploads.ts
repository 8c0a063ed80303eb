import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchKey } from '../../../../functions/adapters/ledger/batches/batch-item.ts';
import { expiryOf, type Item, string } from '../../../../functions/adapters/ledger/ledger-item.ts';
import { fileIdOf } from '../../../../functions/core/batch/upload.ts';
import { originOf } from '../../../../functions/core/batch/uploads/batch-origin.ts';
import { uploadRequestId } from '../../../../functions/core/request/reprocess-request.ts';
import type { FoundUpload } from './list-uploads.ts';

export interface LedgerParts {
  readonly send: DynamoDBClient['send'];
  readonly table: string;
  readonly now: () => number;
}

/** DynamoDB's limit for one BatchGetItem. */
const MAX_KEYS = 100;
const PAUSE_MS = 200;

/** Which of these uploads were dealt with, or are under way, by what the ledger knows. */
export async function knownUploads(uploads: readonly FoundUpload[], parts: LedgerParts): Promise<Set<FoundUpload>> {
  const known = new Set<FoundUpload>();
  for (let first = 0; first < uploads.length; first += MAX_KEYS) {
    const some = uploads.slice(first, first + MAX_KEYS);
    const ids = await idsDealtWith(some.map(ledgerIdOf), parts);
    for (const upload of some) if (ids.has(ledgerIdOf(upload))) known.add(upload);
  }
  return known;
}

/** The key of what the ledger notes of an upload: that a file is read, its batch if the API has made one, an image's request. */
function ledgerIdOf(upload: FoundUpload): string {
  const { kind, bucket, key, version } = upload;
  if (kind === 'image') return uploadRequestId(bucket, key, version, 1);
  const { batchId } = originOf(key);
  return batchId === undefined ? fileIdOf(upload) : batchKey(batchId);
}

async function idsDealtWith(ids: readonly string[], { send, table, now }: LedgerParts): Promise<Set<string>> {
  const found = new Set<string>();
  let keys = ids.map((id) => ({ id: string(id) }));
  while (keys.length > 0) {
    const wanted = { Keys: keys, ConsistentRead: true, ...PROJECTION };
    const { Responses, UnprocessedKeys } = await send(new BatchGetItemCommand({ RequestItems: { [table]: wanted } }));
    for (const item of Responses?.[table] ?? []) if (isDealtWith(item, now())) found.add(item.id?.S ?? '');
    keys = (UnprocessedKeys?.[table]?.Keys ?? []) as typeof keys;
    if (keys.length > 0) await sleep(PAUSE_MS);
  }
  return found;
}

/** `state` is a reserved word of DynamoDB. */
const PROJECTION = {
  ProjectionExpression: 'id, expires_at, #state, lease_until, #check',
  ExpressionAttributeNames: { '#state': 'state', '#check': 'check' },
};

/**
 * Not so: a file whose last run has died, which stays as it is until its event comes again, and the file of a batch that was
 * made before the file was uploaded.
 */
function isDealtWith(item: Item, now: number): boolean {
  const isLeftUnread = item.state?.S === 'reading' && Number(item.lease_until?.N ?? 0) <= now;
  const isUnchecked = item.id?.S?.startsWith(batchKey('')) === true && item.check === undefined;
  return expiryOf(item) > now && !isLeftUnread && !isUnchecked;
}
