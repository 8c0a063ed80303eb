import type { ParsedLine } from '../reading/parsed-line.ts';
import type { Place, Progress } from '../upload.ts';

/** What became of a line. */
export type LineEnd = 'accepted' | 'rejected' | 'blank';

export interface ProgressTracker {
  /** Lines begin in their order. @returns what to call when the line is done */
  begin(line: Pick<ParsedLine, 'next'>): (end: LineEnd) => void;
  /** Whether so many lines are held up behind one that is not done that no more may begin before it. */
  readonly isFull: boolean;
  /** As far as every line is done; a run that begins there misses none. */
  readonly settled: Progress;
  /** Notes what is to be said of the file, each thing once, and no more than a person would read. */
  warn(warning: string): void;
  /** Every line is done. */
  setFed(): void;
}

interface Begun {
  readonly next: Place;
  end?: LineEnd;
}

/**
 * A few requests that wait for a fuller batch, or for room in the queue, must not be overtaken by a million lines that are
 * refused: all of those would be remembered, and sent again by the next run.
 */
const MAX_BEGUN = 5000;
const MAX_WARNINGS = 20;

/** Lines are done in any order; a file is done as far as its first line that is not. */
export function createProgressTracker(start: Progress): ProgressTracker {
  let settled = start;
  let begun: Begun[] = [];
  let first = 0;

  function advance(): void {
    let { accepted, rejected } = settled;
    let place: Place | undefined;
    for (let next = begun[first]; next?.end !== undefined; next = begun[first]) {
      if (next.end === 'accepted') accepted += 1;
      if (next.end === 'rejected') rejected += 1;
      place = next.next;
      first += 1;
    }
    if (place === undefined) return;
    settled = { ...settled, ...place, accepted, rejected };
    if (first < 1000) return;
    begun = begun.slice(first);
    first = 0;
  }

  return {
    begin({ next }) {
      const mine: Begun = { next };
      begun.push(mine);
      return (end) => {
        mine.end = end;
        if (begun[first] === mine) advance();
      };
    },
    get isFull() {
      return begun.length - first >= MAX_BEGUN;
    },
    get settled() {
      return settled;
    },
    warn(warning) {
      const { warnings = [] } = settled;
      if (warnings.includes(warning) || warnings.length === MAX_WARNINGS) return;
      settled = { ...settled, warnings: [...warnings, warning] };
    },
    setFed() {
      settled = { ...settled, isFed: true };
    },
  };
}
