import type { Limits } from '../../ports.ts';
import { type Batch, countsOf } from '../batch.ts';
import type { FedBatch, FeedLedger } from './ports.ts';

/** Another feeder has taken over: this one writes and sends nothing more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = 'lease_lost';
}

/** A batch in the hands of the feeder. */
export interface OpenBatch {
  readonly batch: Batch;
  readonly journal: FedBatch['journal'];
  /** Whether something is not written yet that no other feeder could find out. */
  readonly isDirty: boolean;
  /** Takes what its owner has written since. @throws LeaseLost when another feeder has written */
  refresh(read: FedBatch): void;
  /** Changes what only the feeder changes, for the next write. */
  change(changes: Partial<Batch>): void;
  /** Writes it. @param journal what the lines have to be told @throws LeaseLost, DependencyUnavailable */
  save(limits: Limits, journal?: FedBatch['journal']): Promise<void>;
}

export function createOpenBatch(ledger: Pick<FeedLedger, 'save'>, read: FedBatch): OpenBatch {
  let fed = read;
  let isDirty = false;
  return {
    get batch() {
      return fed.batch;
    },
    get journal() {
      return fed.journal;
    },
    get isDirty() {
      return isDirty;
    },
    refresh(latest) {
      if (latest.revision !== fed.revision) throw new LeaseLost('another feeder has written the batch');
      fed = { ...fed, batch: { ...fed.batch, control: latest.batch.control } };
    },
    change(changes) {
      fed = { ...fed, batch: { ...fed.batch, ...changes } };
      isDirty = true;
    },
    async save(limits, journal = []) {
      const saved = await ledger.save({ ...fed, journal }, limits);
      if (saved === undefined) throw new LeaseLost('another feeder has written the batch');
      fed = { ...fed, revision: saved.revision, journal };
      isDirty = false;
    },
  };
}

/** Lines of a batch that may be sent. */
export function sendable({ batch }: Pick<OpenBatch, 'batch'>): number {
  const isFeeding = batch.control === 'running' && batch.check !== undefined && batch.feed.problem === undefined;
  return isFeeding ? countsOf(batch).waiting : 0;
}
