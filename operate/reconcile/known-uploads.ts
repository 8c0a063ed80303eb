import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expiryOf, type Item, string } from '../../functions/adapters/ledger/ledger-item.ts';
import { fileIdOf } from '../../functions/core/batch/upload.ts';
import { uploadRequestId } from '../../functions/core/request/reprocess-request.ts';
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

/** The key of what the ledger notes of an upload: how far a file is read, or an image's only request. */
function ledgerIdOf(upload: FoundUpload): string {
  const { kind, bucket, key, version } = upload;
  return kind === 'requests' ? fileIdOf(upload) : uploadRequestId(bucket, key, version, 1);
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
  ProjectionExpression: 'id, expires_at, #state, lease_until',
  ExpressionAttributeNames: { '#state': 'state' },
};

/** A file whose last run has died is not: it stays as it is until its event comes again. */
function isDealtWith(item: Item, now: number): boolean {
  const isLeftUnread = item.state?.S === 'reading' && Number(item.lease_until?.N ?? 0) <= now;
  return expiryOf(item) > now && !isLeftUnread;
}
