import type { Batch, BatchSummary } from '../../../client/src/index.ts';
import type { Service } from '../service/service.ts';

export interface ListedBatch extends BatchSummary, Partial<Pick<Batch, 'expected_end' | 'waits_for'>> {}

export interface BatchPageOfList {
  readonly batches: readonly ListedBatch[];
  readonly nextCursor: string | undefined;
}

export interface ListQuery {
  readonly state?: BatchSummary['state'] | undefined;
  readonly partner?: string | undefined;
  readonly cursor?: string | undefined;
  readonly signal: AbortSignal;
}

const PAGE = 20;
/** How many open batches are read one by one. */
const MOST_OPEN = 6;

/** A page of the list. Open batches also say what they wait for and when they are expected to end. */
export async function loadBatches({ quick }: Service, { signal, ...query }: ListQuery): Promise<BatchPageOfList> {
  for await (const { items, nextCursor } of quick.batches.list({ ...query, limit: PAGE, signal }).pages()) {
    const open = items.filter(isOpen).slice(0, MOST_OPEN);
    const whole = await Promise.all(open.map(({ batch_id }) => quick.batches.get(batch_id, { signal })));
    const byId = new Map(whole.map((batch) => [batch.batch_id, batch]));
    return { batches: items.map((each) => byId.get(each.batch_id) ?? each), nextCursor };
  }
  return { batches: [], nextCursor: undefined };
}

export function isOpen({ state, finished_at }: Pick<BatchSummary, 'state' | 'finished_at'>): boolean {
  return state === 'checking' || state === 'running' || state === 'paused' || (state === 'cancelled' && !finished_at);
}
