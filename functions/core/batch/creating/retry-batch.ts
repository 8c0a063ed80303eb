import { concurrently } from '../../concurrently.ts';
import { isoTimeIfAny } from '../../outcome/encode-result.ts';
import type { Clock, LedgerItem, Limits } from '../../ports.ts';
import { type Batch, batchIdOf, hasEnded } from '../batch.ts';
import { fingerprintOfParts } from '../fingerprint.ts';
import type { LineReader } from '../line-ports.ts';
import type { CreateBatch, CreatedBatch } from './create-batch.ts';
import { contentOfRequests } from './list-content.ts';

/** A failed line that is not sent again. */
export interface LeftOutLine {
  readonly line: number;
  readonly imageId: string;
  readonly reason: string;
}

export type RetriedBatch =
  | { readonly kind: 'handed'; readonly created: CreatedBatch; readonly leftOut: readonly LeftOutLine[] }
  /** Some of its lines have not ended. */
  | { readonly kind: 'running' }
  /** No line failed, or each that did is left out. */
  | { readonly kind: 'nothing'; readonly leftOut: readonly LeftOutLine[] }
  | { readonly kind: 'too_many' };

export interface RetryBatchParts {
  readonly lines: Pick<LineReader, 'failed' | 'findWhole' | 'hasNewer'>;
  readonly createBatch: Pick<CreateBatch, 'create' | 'standing'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Makes a new batch of a batch's failed lines: one for each batch, however often it is asked for, so that no line is sent twice. The
 * failed lines of that one are sent again by a retry of it. @throws DependencyUnavailable
 */
export type RetryBatch = (batch: Batch, limits: Limits) => Promise<RetriedBatch>;

/** More than these do not fit the time of a call: each line costs a read of its item and of its image's requests. */
export const MAX_RETRIED = 20_000;
const AT_ONCE = 100;
const CONCURRENT = 10;

/** What is missing so long after the end of its batch has expired. */
const SETTLED_MS = 60_000;

const NEWER = 'there is a newer request of its image';

export function createRetryBatch({ lines, createBatch, clock }: RetryBatchParts): RetryBatch {
  async function failedItems(batchId: string, limits: Limits): Promise<readonly LedgerItem[] | undefined> {
    const ids: string[] = [];
    for (let after = 0; ; ) {
      const found = await lines.failed(batchId, after, 1000, limits);
      ids.push(...found.map(({ requestId }) => requestId));
      after = found.at(-1)?.line ?? after;
      if (ids.length > MAX_RETRIED) return undefined;
      if (found.length === 0) break;
    }
    const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) =>
      ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
    );
    const items = await eachOf(parts, (part) => lines.findWhole(part, limits));
    return items.flat().sort((one, other) => lineOf(one) - lineOf(other));
  }

  async function chosen(items: readonly LedgerItem[], limits: Limits) {
    const newer = await eachOf(items, (item) => lines.hasNewer(item.imageId, item.acceptedAt, limits));
    const leftOut = items.filter((_, index) => newer[index]);
    return {
      again: items.filter((_, index) => !newer[index]),
      leftOut: leftOut.map((item) => ({ line: lineOf(item), imageId: item.imageId, reason: NEWER })),
    };
  }

  return async (batch, limits) => {
    if (!hasEnded(batch)) return { kind: 'running' };
    const identity = identityOf(batch);
    const known = await createBatch.standing(identity, limits);
    if (known !== undefined) return { kind: 'handed', created: known, leftOut: [] };
    const items = await failedItems(batch.batchId, limits);
    if (items === undefined) return { kind: 'too_many' };
    if (items.length < batch.tally.failed && !isSettled(batch, clock.now())) return { kind: 'running' };
    const { again, leftOut } = await chosen(items, limits);
    const content = contentOfRequests(again.map((item) => requestOf(item, clock.now())));
    if (content === undefined) return { kind: 'too_many' };
    if (again.length === 0) return { kind: 'nothing', leftOut };
    const { name, source, partner, batchId: retryOf } = batch;
    const wanted = { ...identity, name: `${name} (retry)`, source, retryOf, format: 'ndjson', content } as const;
    const created = await createBatch.create({ ...wanted, ...(partner !== undefined && { partner }) }, limits);
    return { kind: 'handed', created, leftOut };
  };
}

/** The feeder counts lines before it marks them as failed, and the index shows the marks a moment later. */
function isSettled({ finishedAt = Number.POSITIVE_INFINITY }: Batch, now: number): boolean {
  return now - finishedAt >= SETTLED_MS;
}

function identityOf({ batchId }: Batch) {
  return { batchId: batchIdOf('retry', batchId), fingerprint: fingerprintOfParts('retry', batchId) };
}

/** A line as it was, without an end of validity that has passed: it would end the new request at once. */
function requestOf({ imageId, preferences, notAfter, apiVersion }: LedgerItem, now: number) {
  const kept = notAfter !== undefined && notAfter > now ? notAfter : undefined;
  return { image_id: imageId, preferences, not_after: isoTimeIfAny(kept), api_version: apiVersion };
}

const lineOf = ({ upload }: LedgerItem) => upload?.line ?? 0;

/** The results in the order of the items, some at a time. */
async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  await concurrently(items.entries(), CONCURRENT, async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
}
