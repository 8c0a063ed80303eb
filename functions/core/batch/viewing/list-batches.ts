import type { Limits } from '../../ports.ts';
import type { AskedPage } from '../../request/request-lists.ts';
import { type Batch, type BatchState, stateOf } from '../batch.ts';
import type { BatchLedger, BatchPage } from '../ports.ts';

export interface BatchFilter {
  /** Partners; undefined stands for the operator. */
  readonly owners: readonly (string | undefined)[];
  readonly state?: BatchState;
}

/** A state is no part of the index, since it changes: a page may be short, even empty, and have a next one. */
const MAX_READS = 5;

/** @throws InvalidCursor, DependencyUnavailable */
export function createListBatches(batches: Pick<BatchLedger, 'list'>) {
  return async ({ owners, state }: BatchFilter, { limit, cursor }: AskedPage, limits: Limits): Promise<BatchPage> => {
    const found: Batch[] = [];
    let next = cursor;
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      // Never more than fit, so that the cursor stands behind what is shown.
      const asked = { limit: limit - found.length, ...(next !== undefined && { cursor: next }) };
      const page = await batches.list(owners, asked, limits);
      found.push(...page.batches.filter((batch) => state === undefined || stateOf(batch) === state));
      next = page.cursor;
      if (next === undefined || found.length === limit) break;
    }
    return { batches: found, ...(next !== undefined && { cursor: next }) };
  };
}
