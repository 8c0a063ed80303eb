import type { LedgerItem, Limits } from '../ports.ts';
import type { LineItem } from './line.ts';

/** A line that is known to have failed. */
export interface FailedLine {
  readonly line: number;
  /** Of its latest round. */
  readonly requestId: string;
}

/** A batch's lines as the API reads them. Every method throws DependencyUnavailable. */
export interface LineReader {
  /** What is missing has no item. */
  find(requestIds: readonly string[], limits: Limits): Promise<ReadonlyMap<string, LineItem>>;
  /** Whole items, with their preferences. */
  findWhole(requestIds: readonly string[], limits: Limits): Promise<readonly LedgerItem[]>;
  /** The failed lines behind a line, in their order. The index may be a second behind. */
  failed(batchId: string, afterLine: number, most: number, limits: Limits): Promise<readonly FailedLine[]>;
  /** Whether an image has a request that was accepted later than that (epoch ms), other than this one. */
  hasNewer(imageId: string, acceptedAt: number, requestId: string, limits: Limits): Promise<boolean>;
}
