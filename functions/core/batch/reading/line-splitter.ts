import type { Place } from '../upload.ts';

/** A line may have this many bytes, its line break not counted. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A line of a file as it stands there. In a CSV file a record, which may go over several lines of text. */
export interface RawLine {
  /** The number of the line that it begins on, from 1. */
  readonly line: number;
  /** Where the next one begins. */
  readonly next: Place;
  /** Without its line break; cut off behind {@link MAX_LINE_BYTES}. */
  readonly bytes: Uint8Array;
  readonly isTooLong: boolean;
  /** The file ended within a quoted field. */
  readonly isUnterminated: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const NONE: Uint8Array = new Uint8Array(0);

export interface Splitter {
  /**
   * The lines that end within the chunk, to be taken to the last one before the next chunk. They may be views of it. They are
   * cut as they are taken: of a chunk of nothing but line breaks they would fill the memory.
   */
  push(chunk: Uint8Array): Iterable<RawLine>;
  /** What is left behind the last line break, if anything is. */
  end(): readonly RawLine[];
}

/**
 * Cuts a file into lines, wherever its chunks are cut. It holds one line at most, and of that no more than a line may have.
 * @param from the beginning of a line
 * @param hasQuotes a line break within a quoted field ends no line, as RFC 4180 has it: a quote opens a field only as its
 * first character, and a doubled one does not close it
 */
export function createSplitter(from: Place, hasQuotes: boolean): Splitter {
  let { offset, line } = from;
  let firstLine = line;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let isQuoted = false;
  /** The last byte was a quote within a quoted field: the next one tells whether it closes. */
  let mayClose = false;
  let before: number | undefined;

  function keep(part: Uint8Array): void {
    const room = MAX_LINE_BYTES + 2 - begunBytes;
    begunBytes += part.length;
    // Copied: the chunk that it is a view of may be large.
    if (room > 0 && part.length > 0) begun.push(part.slice(0, room));
  }

  function take(last: Uint8Array, breakBytes: number): RawLine {
    const length = begunBytes + last.length;
    let bytes = last;
    if (begun.length > 0) {
      keep(last);
      bytes = begun.length === 1 ? (begun[0] ?? NONE) : Buffer.concat(begun);
    }
    offset += length + breakBytes;
    const hasReturn = length <= bytes.length && bytes.at(-1) === CARRIAGE_RETURN;
    const content = hasReturn ? length - 1 : length;
    const raw: RawLine = {
      line: firstLine,
      next: { offset, line },
      bytes: bytes.subarray(0, Math.min(content, MAX_LINE_BYTES)),
      isTooLong: content > MAX_LINE_BYTES,
      isUnterminated: isQuoted && !mayClose,
    };
    begun = [];
    begunBytes = 0;
    firstLine = line;
    isQuoted = false;
    mayClose = false;
    before = undefined;
    return raw;
  }

  /** Where the line ends that goes on at `at`, or -1 when it goes beyond the chunk. Moves the quotes' state on. */
  function endWithQuotes(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length) {
      if (mayClose) {
        mayClose = false;
        isQuoted = chunk[at] === QUOTE;
        if (isQuoted) {
          at += 1;
          continue;
        }
      }
      if (isQuoted) {
        const quote = chunk.indexOf(QUOTE, at);
        const until = quote === -1 ? chunk.length : quote;
        line += countLineFeeds(chunk, at, until);
        mayClose = quote !== -1;
        at = until + 1;
        continue;
      }
      const feed = chunk.indexOf(LINE_FEED, at);
      const until = feed === -1 ? chunk.length : feed;
      const quote = chunk.subarray(at, until).indexOf(QUOTE);
      if (quote === -1) return feed;
      const previous = quote === 0 ? (at === start ? before : chunk[at - 1]) : chunk[at + quote - 1];
      isQuoted = previous === undefined || previous === COMMA;
      at += quote + 1;
    }
    return -1;
  }

  return {
    *push(chunk) {
      let start = 0;
      while (start < chunk.length) {
        const end = hasQuotes ? endWithQuotes(chunk, start) : chunk.indexOf(LINE_FEED, start);
        if (end === -1) break;
        line += 1;
        yield take(chunk.subarray(start, end), 1);
        start = end + 1;
      }
      keep(chunk.subarray(start));
      if (start < chunk.length) before = chunk.at(-1);
    },
    end() {
      if (begunBytes === 0) return [];
      line += 1;
      return [take(NONE, 0)];
    },
  };
}

function countLineFeeds(chunk: Uint8Array, from: number, until: number): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_FEED, from); at !== -1 && at < until; at = chunk.indexOf(LINE_FEED, at + 1))
    count += 1;
  return count;
}
