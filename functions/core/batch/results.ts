import { isoTimeIfAny } from '../outcome/encode-result.ts';
import type { Limits } from '../ports.ts';
import { type Batch, unsentStateOf } from './batch.ts';
import { lineIdOf, uploadOf } from './batch-file.ts';
import { type LineItem, lineStateOf } from './line.ts';
import type { ParseCsv } from './ports.ts';
import type { CsvHead, ParsedLine } from './reading/parsed-line.ts';
import type { ReadLines } from './reading/read-lines.ts';
import { encodeCsvHead, encodeCsvRow, encodeJsonRow, type LineResult } from './result-rows.ts';

export interface WriteResultsParts {
  readonly readLines: ReadLines;
  readonly parseCsv: ParseCsv;
  readonly lines: {
    /** Reads items consistently; what is missing has none. @throws DependencyUnavailable */
    find(requestIds: readonly string[], limits: Limits): Promise<ReadonlyMap<string, LineItem>>;
  };
}

/**
 * A batch's rows as they came, each with what became of it so far: CSV for CSV, with its own separator, else one JSON object a
 * line. In pieces, a few hundred rows each.
 * @throws UploadGone, UploadForbidden, UnreadableFile, DependencyUnavailable
 */
export type WriteResults = (batch: Batch, limits: Limits) => AsyncGenerator<string>;

export function createWriteResults({ readLines, parseCsv, lines }: WriteResultsParts): WriteResults {
  /** The latest round's item of each line. */
  async function itemsOf(batch: Batch, numbers: readonly number[], limits: Limits) {
    const latest = new Map<number, LineItem>();
    let asked = numbers;
    for (let round = 1; asked.length > 0; round += 1) {
      const ids = asked.map((line) => lineIdOf(batch, line, round));
      const found = await lines.find(ids, limits);
      for (const [index, line] of asked.entries()) {
        const item = found.get(ids[index] ?? '');
        if (item !== undefined) latest.set(line, item);
      }
      asked = asked.filter((line, index) => found.get(ids[index] ?? '')?.counted === 'resent' && latest.has(line));
    }
    return latest;
  }

  function resultOf(batch: Batch, line: ParsedLine, item: LineItem | undefined): LineResult {
    if ('refusal' in line) return { state: 'rejected', code: 'invalid_request', reason: line.refusal.detail };
    if (item === undefined) return { state: unsentStateOf(batch) };
    const state = lineStateOf(item);
    const { requestId, attempts, outcome, completion, endedAt } = item;
    const common = { request_id: requestId, attempts, started_at: timeOf(outcome?.kind === 'succeeded', outcome?.at) };
    switch (state.kind) {
      case 'queued':
      case 'started':
        return { ...common, state: state.kind };
      case 'returned':
        return { ...common, state: unsentStateOf(batch), code: 'daily_limit', reason: completion?.statusReason };
      case 'finished':
        return { ...common, state: 'finished', finished_at: isoTimeIfAny(completion?.at) };
      case 'failed': {
        const { code, reason } = state;
        const finishedAt = isoTimeIfAny(endedAt ?? completion?.at ?? outcome?.at);
        return { ...common, state: 'failed', code, reason, finished_at: finishedAt };
      }
    }
  }

  function rowsOf(parsed: readonly ParsedLine[], results: readonly LineResult[], head: CsvHead | undefined): string {
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
      const sent = parsed.filter((line) => 'request' in line && line.line < batch.feed.fed.line);
      const items = await itemsOf(batch, sent.map(({ line }) => line), limits); // biome-ignore format: one thought
      const found = parsed.map((line) => resultOf(batch, line, items.get(line.line)));
      if (parsed.length > 0) yield rowsOf(parsed, found, head);
    }
  };
}

function timeOf(isKnown: boolean, at: number | undefined): string | undefined {
  return isKnown ? isoTimeIfAny(at) : undefined;
}

/** A row as it came; of one that is no text, or too long for a row, what can be read of it. */
function textOf(line: ParsedLine): string {
  return line.text ?? ('refusal' in line ? line.refusal.original : '');
}

/** A record that is no CSV is its own first cell. */
function cellsOf(cells: ReturnType<ParseCsv>[number] | undefined, text = ''): readonly string[] {
  return cells === undefined || 'problem' in cells ? [text] : cells;
}
