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
  /** What was counted, and the lines may not know yet: nothing more is counted before they do. */
  readonly journal: FedBatch['journal'];
  /** Whether something is not written yet that the next feeder would have to find out. */
  readonly isDirty: boolean;
  /** Takes what its owner has written since. @throws LeaseLost when another feeder has written */
  refresh(read: FedBatch): void;
  /** Changes what may be lost: the next write takes it along. */
  change(changes: Partial<Batch>): void;
  /** Writes the batch with these changes, which count only when they are written. @throws LeaseLost, DependencyUnavailable */
  save(limits: Limits, changes?: Partial<Batch>, journal?: FedBatch['journal']): Promise<void>;
  /** The lines know what the journal says: the next write leaves it out, or each feeder to come would tell them once more. */
  told(): void;
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
    async save(limits, changes = {}, journal = fed.journal) {
      const next = { ...fed, batch: { ...fed.batch, ...changes }, journal };
      const saved = await ledger.save(next, limits);
      if (saved === undefined) throw new LeaseLost('another feeder has written the batch');
      fed = saved;
      isDirty = false;
    },
    told() {
      fed = { ...fed, journal: [] };
      isDirty = true;
    },
  };
}

/** Lines of a batch that may be sent. */
export function linesToSend({ batch }: Pick<OpenBatch, 'batch'>): number {
  const isFeeding = batch.control === 'running' && batch.check !== undefined;
  return isFeeding ? countsOf(batch).waiting : 0;
}
