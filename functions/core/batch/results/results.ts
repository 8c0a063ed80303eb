import { isoTimeIfAny } from '../../outcome/encode-result.ts';
import type { Limits } from '../../ports.ts';
import type { Batch } from '../batch.ts';
import { uploadOf } from '../batch-file.ts';
import type { LineReader } from '../line-ports.ts';
import type { ParseCsv } from '../ports.ts';
import type { CsvHead, ParsedLine } from '../reading/parsed-line.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import { createLatestItems } from './latest-items.ts';
import { type LineRow, rowOf } from './line-row.ts';
import { encodeCsvHead, encodeCsvRow, encodeJsonRow, type LineResult } from './result-rows.ts';

export interface WriteResultsParts {
  readonly readLines: ReadLines;
  readonly parseCsv: ParseCsv;
  readonly lines: Pick<LineReader, 'find'>;
}

/**
 * A batch's rows as they came, each with what became of it so far: CSV for CSV, with its own separator, else one JSON object a
 * line. In pieces, a few hundred rows each.
 * @throws UploadGone, UploadForbidden, UnreadableFile, DependencyUnavailable
 */
export type WriteResults = (batch: Batch, limits: Limits) => AsyncGenerator<string>;

export function createWriteResults({ readLines, parseCsv, lines }: WriteResultsParts): WriteResults {
  const latestItems = createLatestItems(lines);

  function rowsOf(
    parsed: readonly ParsedLine[],
    results: readonly (LineResult | undefined)[],
    head: CsvHead | undefined,
  ): string {
    if (head === undefined) return parsed.map((line, index) => encodeJsonRow(line, results[index])).join('');
    const texts = parsed.map(textOf);
    const cells = parseCsv(texts, head.separator);
    return parsed.map((_, index) => encodeCsvRow(cellsOf(cells[index], texts[index]), results[index], head)).join('');
  }

  return async function* results(batch, limits) {
    let head: CsvHead | undefined;
    for await (const portion of readLines(uploadOf(batch), { offset: 0, line: 1 }, limits)) {
      if (portion.head !== undefined) {
        head = portion.head;
        yield encodeCsvHead(head);
      }
      const parsed = portion.lines.filter((line) => !('isBlank' in line));
      const items = await latestItems(batch, parsed, limits);
      const found = parsed.map((line) => resultOf(rowOf(line, items.get(line.line), batch)));
      if (parsed.length > 0) yield rowsOf(parsed, found, head);
    }
  };
}

function resultOf(row: LineRow | undefined): LineResult | undefined {
  if (row === undefined) return undefined;
  const { requestId, state, code, reason, attempts, startedAt, finishedAt } = row;
  const sent = requestId === undefined ? {} : { request_id: requestId, attempts };
  return { ...sent, state, code, reason, started_at: isoTimeIfAny(startedAt), finished_at: isoTimeIfAny(finishedAt) };
}

/** A row as it came; of one that is no text, or too long for a row, what can be read of it. */
function textOf(line: ParsedLine): string {
  return line.text ?? ('refusal' in line ? line.refusal.original : '');
}

/** A record that is no CSV is its own first cell. */
function cellsOf(cells: ReturnType<ParseCsv>[number] | undefined, text = ''): readonly string[] {
  return cells === undefined || 'problem' in cells ? [text] : cells;
}
