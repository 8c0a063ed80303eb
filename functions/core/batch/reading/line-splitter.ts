import type { Place } from '../upload.ts';

/** A line may have this many bytes, its line break not counted. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A line of a file as it stands there. In a CSV file a record, which may go over several lines of text. */
export interface RawLine {
  /** The number of the line that it begins on, from 1. */
  readonly line: number;
  /** Where the next one begins. */
  readonly next: Place;
  /** In UTF-8, without its line break; cut off behind {@link MAX_LINE_BYTES}. */
  readonly bytes: Uint8Array;
  readonly isTooLong: boolean;
  /** The file ended within a quoted field. */
  readonly isUnterminated: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const NONE: Uint8Array = new Uint8Array(0);

export interface Splitter {
  /**
   * The lines that end within the chunk, to be taken to the last one before the next chunk. They may be views of it. They are
   * cut as they are taken: of a chunk of nothing but line breaks they would fill the memory.
   */
  push(chunk: Uint8Array): Iterable<RawLine>;
  /** What is left behind the last line break, if anything is. */
  end(): Iterable<RawLine>;
}

/**
 * Cuts a file into lines, wherever its chunks are cut. LF, CRLF and a CR alone end a line. It holds one line at most, and of
 * that no more than a line may have.
 * @param from the beginning of a line
 * @param separators what stands between two fields (one of these characters); then a line break within a quoted field ends
 * no line, as RFC 4180 has it: a quote opens a field only as its first character, and a doubled one does not close it
 */
export function createSplitter(from: Place, separators?: string): Splitter {
  const opens = [...(separators ?? '')].map((character) => character.charCodeAt(0));
  let { offset, line } = from;
  let firstLine = line;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let isQuoted = false;
  /** The last byte was a quote within a quoted field: the next one tells whether it closes. */
  let mayClose = false;
  /** The last byte of the chunk before, where the line goes on behind it. */
  let before: number | undefined;
  /** The chunk before ended with the CR that ends the line: an LF that follows belongs to it. */
  let isReturned = false;

  function keep(part: Uint8Array): void {
    const room = MAX_LINE_BYTES + 1 - begunBytes;
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
    line += 1;
    const raw: RawLine = {
      line: firstLine,
      next: { offset, line },
      bytes: bytes.subarray(0, Math.min(length, MAX_LINE_BYTES)),
      isTooLong: length > MAX_LINE_BYTES,
      isUnterminated: isQuoted && !mayClose,
    };
    begun = [];
    begunBytes = 0;
    firstLine = line;
    isQuoted = false;
    mayClose = false;
    before = undefined;
    isReturned = false;
    return raw;
  }

  /** Where the line ends that goes on at `start`; the chunk's end when it goes beyond. Moves the quotes' state on. */
  function endWithQuotes(chunk: Uint8Array, start: number, nextBreak: Finder, nextQuote: Finder): number {
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
      const quote = nextQuote(at);
      if (isQuoted) {
        for (let found = nextBreak(at); found < quote; found = nextBreak(found + 1)) {
          const previous = found === 0 ? before : chunk[found - 1];
          if (chunk[found] !== LINE_FEED || previous !== CARRIAGE_RETURN) line += 1;
        }
        mayClose = quote < chunk.length;
        at = quote + 1;
        continue;
      }
      const end = nextBreak(at);
      if (quote >= end) return end;
      const previous = quote === start ? before : chunk[quote - 1];
      isQuoted = previous === undefined || opens.includes(previous);
      at = quote + 1;
    }
    return chunk.length;
  }

  return {
    *push(chunk) {
      let start = 0;
      if (isReturned && chunk.length > 0) {
        start = chunk[0] === LINE_FEED ? 1 : 0;
        yield take(NONE, 1 + start);
      }
      const nextFeed = finder(chunk, LINE_FEED);
      const nextReturn = finder(chunk, CARRIAGE_RETURN);
      const nextQuote = finder(chunk, QUOTE);
      const nextBreak: Finder = (at) => Math.min(nextFeed(at), nextReturn(at));
      while (start < chunk.length) {
        const end = separators === undefined ? nextBreak(start) : endWithQuotes(chunk, start, nextBreak, nextQuote);
        if (end === chunk.length) break;
        const isReturn = chunk[end] === CARRIAGE_RETURN;
        if (isReturn && end + 1 === chunk.length) {
          keep(chunk.subarray(start, end));
          isReturned = true;
          return;
        }
        const breakBytes = isReturn && chunk[end + 1] === LINE_FEED ? 2 : 1;
        yield take(chunk.subarray(start, end), breakBytes);
        start = end + breakBytes;
      }
      keep(chunk.subarray(start));
      if (start < chunk.length) before = chunk.at(-1);
    },
    end() {
      if (begunBytes === 0 && !isReturned) return [];
      return [take(NONE, isReturned ? 1 : 0)];
    },
  };
}

/** Where a byte stands next, from a place on that only moves forward; the chunk's length when it comes no more. */
type Finder = (at: number) => number;

/** Each place is looked for once: a chunk without any CR is not searched to its end for every line. */
function finder(chunk: Uint8Array, byte: number): Finder {
  let found = -1;
  return (at) => {
    if (found < at) {
      found = chunk.indexOf(byte, at);
      if (found === -1) found = chunk.length;
    }
    return found;
  };
}
