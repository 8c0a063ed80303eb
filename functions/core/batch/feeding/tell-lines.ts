import { concurrently } from '../../concurrently.ts';
import type { Clock, Limits } from '../../ports.ts';
import { lineIdOf } from '../batch-file.ts';
import type { OpenBatch } from './open-batch.ts';
import type { LineLedger } from './ports.ts';
import type { SendLines } from './send-lines.ts';

export interface TellLinesParts {
  readonly lines: Pick<LineLedger, 'findWhole' | 'mark'>;
  readonly sendLines: SendLines;
  readonly clock: Clock;
}

/**
 * Does what a batch's journal says: sends the next rounds of lines that were counted as sent again, and tells each line what it
 * was counted as. Whoever finds a journal does it once more, which changes nothing.
 * @throws DependencyUnavailable
 */
export type TellLines = (open: OpenBatch, limits: Limits) => Promise<void>;

const CONCURRENT = 25;

export function createTellLines({ lines, sendLines, clock }: TellLinesParts): TellLines {
  async function sendAgain({ batch, journal }: OpenBatch, limits: Limits): Promise<void> {
    const resent = journal.filter(({ from, to }) => from === 'returned' && to === 'resent');
    if (resent.length === 0) return;
    const ids = resent.map(({ line, round }) => lineIdOf(batch, line, round + 1));
    const items = await lines.findWhole(ids, limits);
    let left = items.filter(({ attempts, outcome }) => attempts === 0 && outcome === undefined);
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
