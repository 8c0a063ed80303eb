import { concurrently } from '../../concurrently.ts';
import type { LedgerItem, Limits } from '../../ports.ts';
import type { CountLines } from './count-lines.ts';
import type { OpenBatch } from './open-batch.ts';
import type { Counting, LineLedger } from './ports.ts';
import type { TellLines } from './tell-lines.ts';

export interface ResendLinesParts {
  readonly lines: Pick<LineLedger, 'query' | 'find' | 'findWhole' | 'hasNewer'>;
  readonly counting: Pick<CountLines, 'write'>;
  readonly tellLines: TellLines;
}

/**
 * Sends lines again that failed only for the daily limit, unless a newer request of their image would be undone by that.
 * @returns how many were sent
 * @throws DependencyUnavailable, LeaseLost
 */
export type ResendLines = (open: OpenBatch, most: number, limits: Limits) => Promise<number>;

const CONCURRENT = 25;

export function createResendLines({ lines, counting, tellLines }: ResendLinesParts): ResendLines {
  async function superseded(items: readonly LedgerItem[], limits: Limits): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    await concurrently(items, CONCURRENT, async ({ requestId, imageId, acceptedAt }) => {
      if (await lines.hasNewer(imageId, acceptedAt, limits)) found.add(requestId);
    });
    return found;
  }

  async function returnedLines({ batch }: OpenBatch, most: number, limits: Limits) {
    const ids = await lines.query(batch.batchId, { what: 'returned' }, most, limits);
    const known = await lines.find(ids, limits);
    const returned = ids.filter((id) => known.get(id)?.counted === 'returned');
    return { items: await lines.findWhole(returned, limits), known };
  }

  return async (open, most, limits) => {
    const { batch } = open;
    if (batch.tally.returned === 0 || most === 0) return 0;
    await tellLines(open, limits);
    const { items, known } = await returnedLines(open, most, limits);
    const newer = await superseded(items, limits);
    const countings = items.map((item): Counting => {
      const { line = 0, round = 1, changes = 0 } = known.get(item.requestId) ?? {};
      const common = { line, round, changes, from: 'returned' } as const;
      if (newer.has(item.requestId)) return { ...common, to: 'failed', endedAs: 'superseded' };
      return { ...common, to: 'resent' };
    });
    // The journal says that they are to be sent. Their next rounds are made after it: before, they would count as newer requests.
    await counting.write(open, countings, limits);
    return countings.filter(({ to }) => to === 'resent').length;
  };
}
