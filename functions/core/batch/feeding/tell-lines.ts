import { concurrently } from '../../concurrently.ts';
import type { Clock, LedgerItem, Limits } from '../../ports.ts';
import type { ReprocessRequest } from '../../request/reprocess-request.ts';
import { lineIdOf } from '../batch-file.ts';
import type { OpenBatch } from './open-batch.ts';
import type { LineLedger } from './ports.ts';
import type { SendLines } from './send-lines.ts';

export interface TellLinesParts {
  readonly lines: Pick<LineLedger, 'findWhole' | 'put' | 'mark'>;
  readonly sendLines: SendLines;
  readonly clock: Clock;
}

/**
 * Does what a batch's journal says: makes and sends the next rounds of lines that were counted as sent again, and tells each line
 * what it was counted as. Whoever finds a journal does it once more, which changes nothing.
 * @throws DependencyUnavailable
 */
export type TellLines = (open: OpenBatch, limits: Limits) => Promise<void>;

const CONCURRENT = 25;

export function createTellLines({ lines, sendLines, clock }: TellLinesParts): TellLines {
  async function sendAgain({ batch, journal }: OpenBatch, limits: Limits): Promise<void> {
    const resent = journal
      .filter(({ from, to }) => from === 'returned' && to === 'resent')
      .map(({ line, round }) => ({ last: lineIdOf(batch, line, round), next: lineIdOf(batch, line, round + 1) }));
    if (resent.length === 0) return;
    const found = await lines.findWhole(resent.flatMap(({ last, next }) => [last, next]), limits); // biome-ignore format: one thought
    const items = new Map(found.map((item) => [item.requestId, item]));
    const made = resent.flatMap(({ last, next }) => {
      const item = items.get(last);
      return item === undefined || items.has(next) ? [] : [nextRound(item, next, clock.now())];
    });
    await lines.put(made, limits);
    const known = resent.flatMap(({ next }) => items.get(next) ?? []);
    const unsent = known.filter(({ attempts, outcome }) => attempts === 0 && outcome === undefined);
    let left: readonly ReprocessRequest[] = [...unsent, ...made];
    while (left.length > 0) left = left.slice(await sendLines(left, limits));
  }

  return async (open, limits) => {
    const { batch, journal } = open;
    if (journal.length === 0) return;
    await sendAgain(open, limits);
    await concurrently(journal, CONCURRENT, (counting) => {
      const { line, round } = counting;
      return lines.mark(batch.batchId, lineIdOf(batch, line, round), counting, clock.now(), limits);
    });
    open.told();
  };
}

/** The request by which a line is sent again. */
function nextRound(item: LedgerItem, requestId: string, acceptedAt: number): ReprocessRequest {
  const { batchId = '', round = 1 } = item.batch ?? {};
  return { ...item, requestId, acceptedAt, batch: { batchId, round: round + 1 } };
}
