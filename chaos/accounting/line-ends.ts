import type { FactOf } from '../facts.ts';
import type { CaseFile } from './case-file.ts';
import { hasFailed, isForLimit, isSettled } from './completions.ts';

/** What became of a line that was sent. */
export interface LineEnd {
  readonly line: number;
  /** Epoch ms at which it is known for the first time; infinite while it is not. */
  readonly endedAt: number;
  /** More than one, where different ends were told one after the other. */
  readonly ends: readonly ('finished' | 'failed')[];
  /** It failed for the daily limit alone, and waits to be sent again. */
  readonly isReturned: boolean;
}

/** The ends of a batch's lines, by line, each of its latest round. */
export function lineEnds(batchId: string, file: CaseFile): ReadonlyMap<number, LineEnd> {
  const known = Map.groupBy(
    file.of('known').filter((fact) => fact.batchId === batchId),
    ({ line = 0 }) => line,
  );
  const superseded = new Set(
    file
      .of('line_counted')
      .filter(({ endedAs }) => endedAs !== '')
      .map(({ requestId }) => requestId),
  );
  return new Map(
    [...known].map(([line, rounds]) => {
      const latest = rounds.reduce((one, other) => ((other.round ?? 1) > (one.round ?? 1) ? other : one));
      return [line, { line, ...endOf(latest, superseded, file) }];
    }),
  );
}

function endOf({ requestId }: FactOf<'known'>, superseded: ReadonlySet<string>, file: CaseFile): Omit<LineEnd, 'line'> {
  const recorded = file.recorded.get(requestId);
  if (recorded === undefined) return { endedAt: Number.POSITIVE_INFINITY, ends: [], isReturned: false };
  if (recorded.code !== 'succeeded') return { endedAt: recorded.at, ends: ['failed'], isReturned: false };
  const settled = file.completionsOf(requestId).filter(isSettled);
  const endedAt = Math.max(recorded.at, settled[0]?.at ?? Number.POSITIVE_INFINITY);
  if (superseded.has(requestId)) return { endedAt, ends: ['failed'], isReturned: false };
  const isReturned = settled.length > 0 && settled.every(isForLimit);
  const ends = new Set(settled.map((fact) => (hasFailed(fact) ? 'failed' : 'finished')));
  return { endedAt, ends: isReturned ? [] : [...ends], isReturned };
}
