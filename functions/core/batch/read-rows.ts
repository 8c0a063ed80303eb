import type { Limits } from '../ports.ts';
import type { Batch } from './batch.ts';
import { lineIdOf, uploadOf } from './batch-file.ts';
import type { LineItem } from './line.ts';
import type { LineReader } from './line-ports.ts';
import { type LineRow, rowOf } from './line-row.ts';
import type { ParsedLine } from './reading/parsed-line.ts';
import type { ReadLines } from './reading/read-lines.ts';
import type { Place } from './upload.ts';

export interface ReadRowsParts {
  readonly readLines: ReadLines;
  readonly lines: Pick<LineReader, 'find'>;
}

export interface PlacedRow {
  /** Undefined for a blank line. */
  readonly row: LineRow | undefined;
  readonly parsed: ParsedLine;
  /** Where the next line begins. */
  readonly next: Place;
}

/**
 * The lines of a batch from a place on, some at a time, with what has become of each. Nothing is kept of a line that has not
 * been sent: it is read from the file.
 * @throws UnreadableFile, UploadGone, UploadForbidden, DependencyUnavailable
 */
export type ReadRows = (batch: Batch, from: Place, limits: Limits) => AsyncGenerator<readonly PlacedRow[]>;

/** Lines whose items are read at once: DynamoDB's limit. */
export const ROWS_AT_ONCE = 100;
/** Rounds that a line is followed through: one for each day on which it met the limit. */
const MAX_ROUNDS = 100;

export function createReadRows({ readLines, lines }: ReadRowsParts): ReadRows {
  /** The item of each line's latest round. */
  async function latestItems(batch: Batch, numbers: readonly number[], limits: Limits) {
    const latest = new Map<number, LineItem>();
    let left = numbers;
    for (let round = 1; round <= MAX_ROUNDS && left.length > 0; round += 1) {
      const items = await lines.find(
        left.map((line) => lineIdOf(batch, line, round)),
        limits,
      );
      const found = left.flatMap((line) => {
        const item = items.get(lineIdOf(batch, line, round));
        return item === undefined ? [] : [{ line, item }];
      });
      for (const { line, item } of found) latest.set(line, item);
      left = found.filter(({ item }) => item.counted === 'resent').map(({ line }) => line);
    }
    return latest;
  }

  return async function* readRows(batch, from, limits) {
    for await (const portion of readLines(uploadOf(batch), from, limits)) {
      for (let at = 0; at < portion.lines.length; at += ROWS_AT_ONCE) {
        const part = portion.lines.slice(at, at + ROWS_AT_ONCE);
        // The feeder may have died once it had written items of more lines. It counts none of them as sent.
        const isSent = (each: ParsedLine) => 'request' in each && each.line < batch.feed.fed.line;
        const sent = part.filter(isSent).map(({ line }) => line);
        const items = await latestItems(batch, sent, limits);
        yield part.map((parsed) => ({
          row: rowOf(parsed, items.get(parsed.line), batch),
          parsed,
          next: parsed.next,
        }));
      }
    }
  };
}
