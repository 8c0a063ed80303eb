import type { Batch, BatchSummary, Page } from '../../../client/src/index.ts';
import { firstPage } from '../service/first-page.ts';
import type { Service } from '../service/service.ts';
import { isOpen } from '../states.ts';

export interface ListedBatch extends BatchSummary, Partial<Pick<Batch, 'expected_end' | 'waits_for'>> {}

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
export async function loadBatches({ quick }: Service, { signal, ...query }: ListQuery): Promise<Page<ListedBatch>> {
  const { items, nextCursor } = await firstPage(quick.batches.list({ ...query, limit: PAGE, signal }));
  const open = items.filter(isOpen).slice(0, MOST_OPEN);
  const whole = await Promise.all(open.map(({ batch_id }) => quick.batches.get(batch_id, { signal })));
  const byId = new Map(whole.map((batch) => [batch.batch_id, batch]));
  return { items: items.map((each) => byId.get(each.batch_id) ?? each), nextCursor };
}
