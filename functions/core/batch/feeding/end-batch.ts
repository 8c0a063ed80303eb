import type { Clock, Limits, Logger, Metrics } from '../../ports.ts';
import { countsOf, stateOf } from '../batch.ts';
import { type BatchEvents, batchFinished } from '../batch-event.ts';
import { uploadOf } from '../batch-file.ts';
import { UploadForbidden, UploadGone, type UploadStore } from '../ports.ts';
import { UnreadableFile } from '../reading/file-text.ts';
import type { WriteResults } from '../results/results.ts';
import { resultsKey } from '../uploads/report.ts';
import type { OpenBatch } from './open-batch.ts';
import type { FeedLedger } from './ports.ts';

export interface EndBatchParts {
  readonly ledger: Pick<FeedLedger, 'close'>;
  readonly store: Pick<UploadStore, 'write'>;
  readonly writeResults: WriteResults;
  readonly events: BatchEvents;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Ends a batch of which every line has ended: its results file, its end in the ledger, its event. @throws DependencyUnavailable, LeaseLost */
export type EndBatch = (open: OpenBatch, limits: Limits) => Promise<void>;

export function createEndBatch(parts: EndBatchParts): EndBatch {
  const { ledger, store, writeResults, events, clock, log, metrics } = parts;

  /** @returns the key of the file; undefined when the rows cannot be read any more */
  async function writeFile({ batch }: OpenBatch, limits: Limits): Promise<string | undefined> {
    const key = resultsKey(uploadOf(batch));
    try {
      await store.write(batch.file.bucket, key, writeResults(batch, limits), limits);
      return key;
    } catch (error) {
      const isLost = error instanceof UploadGone || error instanceof UploadForbidden || error instanceof UnreadableFile;
      if (!isLost) throw error;
      log.warn('a batch has no results file, since its request file cannot be read any more', {
        batch_id: batch.batchId,
        error: error.message,
      });
      return undefined;
    }
  }

  return async (open, limits) => {
    const key = await writeFile(open, limits);
    if (open.batch.finishedAt === undefined) await open.save(limits, { finishedAt: clock.now() });
    const { batch } = open;
    await events.publish(batchFinished(batch, key), limits);
    await ledger.close(batch.batchId, limits);
    metrics.count('FinishedBatches');
    const facts = { batch_id: batch.batchId, partner: batch.partner, state: stateOf(batch), counts: countsOf(batch) };
    log.info('a batch has ended', { ...facts, duration_ms: clock.now() - batch.createdAt });
  };
}
