import type { Limits } from '../../ports.ts';
import type { LineRequest, ParsedLine } from '../reading/parsed-line.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import type { Place, Upload } from '../upload.ts';

export interface TakenLine {
  readonly line: number;
  readonly request: LineRequest;
}

export interface Taken {
  readonly lines: readonly TakenLine[];
  /** Behind the last of them, and behind what holds no request there. */
  readonly next: Place;
  readonly isEnd: boolean;
}

/** Reads a file's requests on and on, as many as are wanted at once. */
export interface LineCursor {
  /** @throws UnreadableFile, UploadGone, UploadForbidden, DependencyUnavailable */
  take(most: number): Promise<Taken>;
  close(): Promise<void>;
}

/** Lines that are passed at once, requests or not: a feeder that takes over looks for the item of each from the first request on. */
const MAX_PASSED = 5000;

export function createLineCursor(readLines: ReadLines, upload: Upload, from: Place, limits: Limits): LineCursor {
  const portions = readLines(upload, from, limits);
  let held: readonly ParsedLine[] = [];
  let index = 0;
  let next = from;
  let isEnd = false;

  /** The next line, without going past it. */
  async function peek(): Promise<ParsedLine | undefined> {
    while (index >= held.length && !isEnd) {
      const { value, done } = await portions.next();
      if (done) isEnd = true;
      else [held, index] = [value.lines, 0];
    }
    return held[index];
  }

  function pass(line: ParsedLine): void {
    index += 1;
    next = line.next;
  }

  return {
    async take(most) {
      const lines: TakenLine[] = [];
      const first = (await peek())?.line ?? next.line;
      for (let line = await peek(); line !== undefined; line = await peek()) {
        // The first one is passed in any case: blank lines before a header, or a quote that is never closed, may leave out thousands.
        if (line.next.line > first + MAX_PASSED && line.line > first) break;
        if ('request' in line && lines.length === most) break;
        if ('request' in line) lines.push({ line: line.line, request: line.request });
        pass(line);
      }
      return { lines, next, isEnd: isEnd && index >= held.length };
    },
    async close() {
      await portions.return(undefined);
    },
  };
}
