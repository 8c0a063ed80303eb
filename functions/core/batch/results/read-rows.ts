import type { Limits } from '../../ports.ts';
import type { Batch } from '../batch.ts';
import { uploadOf } from '../batch-file.ts';
import type { LineReader } from '../line-ports.ts';
import type { ParsedLine } from '../reading/parsed-line.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import type { Place } from '../upload.ts';
import { createLatestItems } from './latest-items.ts';
import { type LineRow, rowOf } from './line-row.ts';

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

export function createReadRows({ readLines, lines }: ReadRowsParts): ReadRows {
  const latestItems = createLatestItems(lines);

  return async function* readRows(batch, from, limits) {
    for await (const portion of readLines(uploadOf(batch), from, limits)) {
      for (let at = 0; at < portion.lines.length; at += ROWS_AT_ONCE) {
        const part = portion.lines.slice(at, at + ROWS_AT_ONCE);
        const items = await latestItems(batch, part, limits);
        yield part.map((parsed) => ({
          row: rowOf(parsed, items.get(parsed.line), batch),
          parsed,
          next: parsed.next,
        }));
      }
    }
  };
}
