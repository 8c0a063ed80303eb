import type { ParsedLine } from './parsed-line.ts';
import type { Progress } from './upload.ts';

/** What became of a line. */
export type LineEnd = 'accepted' | 'rejected' | 'blank';

export interface ProgressTracker {
  /** Lines begin in their order. @returns what to call when the line is done */
  begin(line: ParsedLine): (end: LineEnd) => void;
  /** As far as every line is done; a run that begins there misses none. */
  readonly settled: Progress;
  setHeader(header: readonly string[]): void;
  /** Every line is done. */
  setFed(): void;
}

interface Begun {
  readonly line: ParsedLine;
  end?: LineEnd;
}

/** Lines are done in any order; a file is done as far as its first line that is not. */
export function createProgressTracker(start: Progress): ProgressTracker {
  let settled = start;
  let begun: Begun[] = [];
  let first = 0;

  function advance(): void {
    let { accepted, rejected } = settled;
    let place: ParsedLine['next'] | undefined;
    for (let next = begun[first]; next?.end !== undefined; next = begun[first]) {
      if (next.end === 'accepted') accepted += 1;
      if (next.end === 'rejected') rejected += 1;
      place = next.line.next;
      first += 1;
    }
    if (place === undefined) return;
    settled = { ...settled, ...place, accepted, rejected };
    if (first < 1000) return;
    begun = begun.slice(first);
    first = 0;
  }

  return {
    begin(line) {
      const mine: Begun = { line };
      begun.push(mine);
      return (end) => {
        mine.end = end;
        if (begun[first] === mine) advance();
      };
    },
    get settled() {
      return settled;
    },
    setHeader(header) {
      settled = { ...settled, header };
    },
    setFed() {
      settled = { ...settled, isFed: true };
    },
  };
}
