import type { LedgerItem, Limits } from '../../ports.ts';
import type { ReprocessRequest } from '../../request/reprocess-request.ts';
import type { Batch } from '../batch.ts';
import type { Counted, FeederEnd, LineItem } from '../line.ts';
import type { Turn } from './fair-shares.ts';

/** A batch as the feeder has it. */
export interface FedBatch {
  readonly batch: Batch;
  /** The item's revision when it was last read or written. The next write requires that the item still has it. */
  readonly revision: number;
  /** What the last write counted: the lines may not know it yet. */
  readonly journal: readonly Counting[];
}

/** A line that was counted. */
export interface Counting {
  readonly line: number;
  readonly round: number;
  /** How often the line's item had changed when it was read. */
  readonly changes: number;
  readonly from?: Counted;
  readonly to: Counted;
  /** Where the feeder itself ends the line. */
  readonly endedAs?: FeederEnd;
}

/** Which lines of a batch are looked for. */
export type LineQuery =
  /** Its latest change is not counted yet. */
  | { readonly what: 'uncounted'; readonly beforeLine: number }
  /** It waits to be sent again. */
  | { readonly what: 'returned' };

export interface FeederLease {
  /** Where the last feeder that ended by itself has stopped. */
  readonly turn?: Turn;
}

/** Batches as the feeder uses them. Every method throws DependencyUnavailable. */
export interface FeedLedger {
  /**
   * Takes or prolongs the lease of the one feeder of the stage.
   * @param owner tells one feeder from another
   * @param until epoch ms
   * @returns undefined while another feeder has it
   */
  lease(owner: string, until: number, limits: Limits): Promise<FeederLease | undefined>;
  /** Ends the lease, if it is the owner's. @param turn where the next feeder goes on */
  release(owner: string, turn: Turn, limits: Limits): Promise<void>;
  /** The batches that have not ended, oldest first. One that was made a moment ago may be missing. */
  openBatches(limits: Limits): Promise<readonly FedBatch[]>;
  /** A batch as it is now. */
  find(batchId: string, limits: Limits): Promise<FedBatch | undefined>;
  /** Writes what only the feeder writes. @returns undefined when another feeder has written since */
  save(fed: FedBatch, limits: Limits): Promise<FedBatch | undefined>;
  /** Closes a batch that has ended, once its event is published. */
  close(batchId: string, limits: Limits): Promise<void>;
}

/** A batch's lines as the feeder uses them. Every method throws DependencyUnavailable. */
export interface LineLedger {
  /** Writes an item for each, unless it has one. */
  put(requests: readonly ReprocessRequest[], limits: Limits): Promise<void>;
  /** Reads items consistently; what is missing has none. */
  find(requestIds: readonly string[], limits: Limits): Promise<ReadonlyMap<string, LineItem>>;
  /** Reads whole items, consistently. */
  findWhole(requestIds: readonly string[], limits: Limits): Promise<readonly LedgerItem[]>;
  /** Ids of lines, in their order. The index may be a second behind. */
  query(batchId: string, query: LineQuery, most: number, limits: Limits): Promise<readonly string[]>;
  /** Writes into a line's item what it was counted as, unless the item has it. @param at epoch ms */
  mark(batchId: string, requestId: string, counting: Counting, at: number, limits: Limits): Promise<void>;
  /** Whether an image has a request that was accepted later than that (epoch ms). */
  hasNewer(imageId: string, acceptedAt: number, limits: Limits): Promise<boolean>;
}
