import type { Clock, Limits } from '../../ports.ts';
import type { ReprocessRequest } from '../../request/reprocess-request.ts';
import type { Batch, FeedProgress } from '../batch.ts';
import { lineIdOf, uploadOf } from '../batch-file.ts';
import { UploadGone } from '../ports.ts';
import { UnreadableFile } from '../reading/file-text.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import { createLineCursor, type LineCursor, type Taken } from './line-cursor.ts';
import { toLineRequest } from './line-messages.ts';
import type { OpenBatch } from './open-batch.ts';
import type { LineLedger } from './ports.ts';
import type { SendLines } from './send-lines.ts';

export interface FeedBatchParts {
  readonly readLines: ReadLines;
  readonly lines: Pick<LineLedger, 'put' | 'findWhole'>;
  readonly sendLines: SendLines;
  readonly clock: Clock;
}

/** Sends a batch's lines in the order of its file, some at a time. */
export interface FeedBatch {
  /** Sends at most so many lines. @returns how many @throws DependencyUnavailable, UploadForbidden, LeaseLost */
  feed(open: OpenBatch, most: number, limits: Limits): Promise<number>;
  /** Lets go of the file. */
  close(batchId: string): Promise<void>;
}

export function createFeedBatch({ readLines, lines, sendLines, clock }: FeedBatchParts): FeedBatch {
  // Kept from one turn to the next: to read a file on costs nothing, to find its place again costs a read of S3.
  const cursors = new Map<string, LineCursor>();

  function cursorOf({ batch }: OpenBatch, limits: Limits): LineCursor {
    const known = cursors.get(batch.batchId);
    if (known !== undefined) return known;
    const cursor = createLineCursor(readLines, uploadOf(batch), batch.feed.fed, limits);
    cursors.set(batch.batchId, cursor);
    return cursor;
  }

  /** What a feeder that died, or a queue that was away, left without its messages. */
  async function sendUnsent(open: OpenBatch, limits: Limits): Promise<void> {
    const { batch } = open;
    const { sent, fed } = batch.feed;
    if (!hasUnsent(open)) return;
    const numbers = Array.from({ length: fed.line - sent }, (_, index) => sent + index);
    const items = await lines.findWhole(numbers.map((line) => lineIdOf(batch, line, 1)), limits); // biome-ignore format: one thought
    const unsent = items
      .filter(({ attempts, outcome }) => attempts === 0 && outcome === undefined)
      .toSorted((one, other) => lineOf(one) - lineOf(other));
    noteSent(open, unsent, await sendLines(unsent, limits));
  }

  /** @param count of the first ones that the queue has */
  function noteSent(open: OpenBatch, requests: readonly ReprocessRequest[], count: number): void {
    const { feed } = open.batch;
    const next = requests[count];
    open.change({ feed: { ...feed, sent: next === undefined ? feed.fed.line : lineOf(next) } });
  }

  async function sendNext(open: OpenBatch, most: number, limits: Limits): Promise<number> {
    const taken = await cursorOf(open, limits).take(most);
    const requests = requestsOf(open.batch, taken);
    await lines.put(requests, limits);
    const { batch } = open;
    // No message is missing before the first request: a feeder that takes over looks for none there.
    const sent = requests[0]?.upload?.line ?? taken.next.line;
    const fed: FeedProgress = { ...batch.feed, sent, fed: taken.next, lines: batch.feed.lines + requests.length };
    await open.save(limits, { feed: fed, startedAt: batch.startedAt ?? clock.now() });
    noteSent(open, requests, await sendLines(requests, limits));
    if (taken.isEnd && !hasUnsent(open)) open.change({ feed: { ...open.batch.feed, isFed: true } });
    return requests.length;
  }

  function requestsOf({ batchId, partner, file }: Batch, { lines: taken }: Taken): readonly ReprocessRequest[] {
    const owner = { batchId, ...(partner !== undefined && { partner }) };
    const upload = uploadOf({ file });
    const now = clock.now();
    const taking = new Map<string, number>();
    return taken.map(({ line, request }) => {
      // The lines of one image are not of one moment: when Autoenhance tells of it, its newest request is meant.
      const before = taking.get(request.imageId) ?? 0;
      taking.set(request.imageId, before + 1);
      return toLineRequest(upload, line, request, now + before, owner);
    });
  }

  async function close(batchId: string): Promise<void> {
    await cursors.get(batchId)?.close();
    cursors.delete(batchId);
  }

  return {
    close,
    async feed(open, most, limits) {
      const { batchId } = open.batch;
      try {
        await sendUnsent(open, limits);
        const mayGoOn = most > 0 && !open.batch.feed.isFed && !hasUnsent(open);
        return mayGoOn ? await sendNext(open, most, limits) : 0;
      } catch (error) {
        // What was taken and not sent is found again by its place.
        await close(batchId);
        if (!(error instanceof UploadGone || error instanceof UnreadableFile)) throw error;
        const problem = `${error.message}: the lines that were not sent by then are cancelled`;
        open.change({ feed: { ...open.batch.feed, problem } });
        return 0;
      }
    },
  };
}

/** Whether lines were counted as queued whose messages may be missing. They are sent, whatever became of their batch since. */
export function hasUnsent({ batch }: Pick<OpenBatch, 'batch'>): boolean {
  return batch.feed.sent < batch.feed.fed.line;
}

const lineOf = ({ upload }: Pick<ReprocessRequest, 'upload'>) => upload?.line ?? 0;
