import type {
  Batch,
  BatchCheck,
  BatchControl,
  BatchSource,
  FeedProgress,
  ProgressPoint,
  Tally,
} from '../../../core/batch/batch.ts';
import { LONGEST_BATCH_DAYS } from '../../../core/batch/viewing/pace.ts';
import {
  BATCH_RETENTION_MS,
  type Item,
  iso,
  number,
  optionalNumber,
  ownerOf,
  seconds,
  string,
  textOf,
} from '../ledger-item.ts';

const LONGEST_BATCH_MS = LONGEST_BATCH_DAYS * 24 * 60 * 60 * 1000;

/** `work` of a batch that has not ended. Its place is the time at which it was made. */
export const OPEN = 'open';

/** The key of a batch's item. No request id begins like that. */
export function batchKey(batchId: string): string {
  return `batch:${batchId}`;
}

/** Whose batches an index lists together. */
export function batchOwnerOf(partner: string | undefined): string {
  return `batches#${ownerOf(partner)}`;
}

/** The attributes that make a batch one that the feeder serves. */
export function openItem(createdAt: number): Item {
  return { work: string(OPEN), place: number(createdAt) };
}

/** A batch as it is written once. What changes later is changed attribute by attribute. */
export function batchToItem(batch: Batch): Item {
  const { batchId, partner, file, createdAt, retryOf, fingerprint, check, startedAt, finishedAt } = batch;
  const isOpen = check !== undefined && check.refusal === undefined && finishedAt === undefined;
  return {
    id: string(batchKey(batchId)),
    owner: string(batchOwnerOf(partner)),
    accepted_at: string(iso(createdAt)),
    name: string(batch.name),
    source: string(batch.source),
    bucket: string(file.bucket),
    file: string(file.key),
    control: string(batch.control),
    ...feedToItem(batch),
    revision: number(0),
    expires_at: seconds(createdAt + LONGEST_BATCH_MS + BATCH_RETENTION_MS),
    ...(partner !== undefined && { partner: string(partner) }),
    ...(file.version !== undefined && { version: string(file.version) }),
    ...(retryOf !== undefined && { retry_of: string(retryOf) }),
    ...(fingerprint !== undefined && { fingerprint: string(fingerprint) }),
    ...(check !== undefined && { check: string(JSON.stringify(check)) }),
    ...(startedAt !== undefined && { started_at: number(startedAt) }),
    ...(finishedAt !== undefined && { finished_at: number(finishedAt) }),
    ...(isOpen && openItem(createdAt)),
  };
}

/** What the feeder writes again and again. */
export function feedToItem({ feed, tally, points }: Pick<Batch, 'feed' | 'tally' | 'points'>): Item {
  return {
    feed: string(JSON.stringify(feed)),
    tally: string(JSON.stringify(tally)),
    // Without names: there are up to 200 of them, and the item is paid for by its length at each write.
    points: string(JSON.stringify(points.map(({ at, finished, failed, started }) => [at, finished, failed, started]))),
  };
}

export function itemToBatch(item: Item): Batch {
  const { partner, version, retry_of: retryOf, fingerprint, check } = item;
  return {
    batchId: textOf(item, 'id').slice(batchKey('').length),
    name: textOf(item, 'name'),
    source: textOf(item, 'source') as BatchSource,
    file: {
      bucket: textOf(item, 'bucket'),
      key: textOf(item, 'file'),
      ...(version?.S !== undefined && { version: version.S }),
    },
    createdAt: Date.parse(textOf(item, 'accepted_at')),
    control: textOf(item, 'control') as BatchControl,
    feed: JSON.parse(textOf(item, 'feed')) as FeedProgress,
    tally: JSON.parse(textOf(item, 'tally')) as Tally,
    points: pointsOf(textOf(item, 'points')),
    ...(partner?.S !== undefined && { partner: partner.S }),
    ...(retryOf?.S !== undefined && { retryOf: retryOf.S }),
    ...(fingerprint?.S !== undefined && { fingerprint: fingerprint.S }),
    ...(check?.S !== undefined && { check: JSON.parse(check.S) as BatchCheck }),
    ...optionalNumber(item, 'started_at', 'startedAt'),
    ...optionalNumber(item, 'finished_at', 'finishedAt'),
  };
}

function pointsOf(text: string): readonly ProgressPoint[] {
  const rows = JSON.parse(text) as readonly [number, number, number, number][];
  return rows.map(([at, finished, failed, started]) => ({ at, finished, failed, started }));
}
