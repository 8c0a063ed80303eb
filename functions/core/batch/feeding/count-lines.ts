import type { Clock, Limits } from '../../ports.ts';
import type { Tally } from '../batch.ts';
import { type Counted, type LineItem, lineStateOf } from '../line.ts';
import type { OpenBatch } from './open-batch.ts';
import type { Counting, LineLedger } from './ports.ts';
import { withPoint } from './progress-points.ts';
import type { TellLines } from './tell-lines.ts';

export interface CountLinesParts {
  readonly lines: Pick<LineLedger, 'query' | 'find'>;
  readonly tellLines: TellLines;
  readonly clock: Clock;
}

export interface CountLines {
  /** Counts what has changed. @returns how many lines that were @throws DependencyUnavailable, LeaseLost */
  count(open: OpenBatch, limits: Limits): Promise<number>;
  /** Writes what was counted, and tells the lines. @throws DependencyUnavailable, LeaseLost */
  write(open: OpenBatch, countings: readonly Counting[], limits: Limits): Promise<void>;
}

/** Lines that are counted in one write. */
const AT_ONCE = 500;

/**
 * Counts lines exactly without transactions: the batch's item is written with the new counts and with a journal of the lines
 * that they counted, and then each line is told. Before they are, nothing more is counted.
 */
export function createCountLines({ lines, tellLines, clock }: CountLinesParts): CountLines {
  async function write(open: OpenBatch, countings: readonly Counting[], limits: Limits): Promise<void> {
    if (countings.length === 0) return;
    const tally = countings.reduce(counted, open.batch.tally);
    const { started, finished, failed } = tally;
    const points = withPoint(open.batch.points, { at: clock.now(), started, finished, failed });
    await open.save(limits, { tally, points }, countings);
    await tellLines(open, limits);
  }

  async function changedLines(open: OpenBatch, limits: Limits): Promise<readonly Counting[]> {
    const { batchId, feed } = open.batch;
    const query = { what: 'uncounted', beforeLine: feed.fed.line } as const;
    const items = await read(await lines.query(batchId, query, AT_ONCE, limits), limits);
    return items.filter(({ isUncounted }) => isUncounted).flatMap((item) => countingOf(item) ?? []);
  }

  async function read(ids: readonly string[], limits: Limits): Promise<readonly LineItem[]> {
    return [...(await lines.find(ids, limits)).values()];
  }

  function countingOf(item: LineItem): Counting | undefined {
    const state = lineStateOf(item);
    // A line that was sent again is the next round's now.
    const to: Counted | undefined =
      item.counted === 'resent' ? 'resent' : state.kind === 'queued' ? undefined : state.kind;
    if (to === undefined) return undefined;
    const { line, round, changes, counted: from } = item;
    return { line, round, changes, to, ...(from !== undefined && { from }) };
  }

  return {
    write,
    async count(open, limits) {
      await tellLines(open, limits);
      const countings = await changedLines(open, limits);
      await write(open, countings, limits);
      return countings.length;
    },
  };
}

/** A batch's counts after one more of its lines was counted. Lines that are queued, or sent again, are in none of them. */
export function counted(tally: Tally, { from, to }: Pick<Counting, 'from' | 'to'>): Tally {
  if (from === to) return tally;
  const add = (as: Counted | undefined, count: number, to: Tally): Tally =>
    as === undefined || as === 'resent' ? to : { ...to, [as]: to[as] + count };
  return add(to, 1, add(from, -1, tally));
}
