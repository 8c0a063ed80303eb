import type { BatchLine } from '../../../client/src/index.ts';
import type { Service } from '../service/service.ts';

const PAGE = 100;
/** Reasons repeat: so many lines show all of them, or nearly. */
const MOST_LINES = 500;

/** The first failed lines of a batch. */
export async function loadFailures(
  { quick }: Service,
  batchId: string,
  signal: AbortSignal,
): Promise<readonly BatchLine[]> {
  const lines: BatchLine[] = [];
  for await (const { items } of quick.batches.requests(batchId, { state: 'failed', limit: PAGE, signal }).pages()) {
    lines.push(...items);
    if (lines.length >= MOST_LINES) break;
  }
  return lines;
}
