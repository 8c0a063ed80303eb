import type { Limits } from '../../ports.ts';
import type { ParseCsv, UploadStore } from '../ports.ts';
import type { Place, Upload } from '../upload.ts';
import { createReadRow, type ReadRow } from './csv.ts';
import { readHead } from './csv-header.ts';
import { withFieldWarnings } from './field-warnings.ts';
import { formatOf } from './file-names.ts';
import { UnreadableFile } from './file-text.ts';
import { refuseJsonDocument } from './json-document.ts';
import type { RawLine } from './line-splitter.ts';
import { type ParsedLine, type Portion, parseJsonLine, textOfLine, withSwallowed } from './parsed-line.ts';
import { readJsonFile } from './read-json-file.ts';
import { openTextFile } from './text-file.ts';

export interface ReadLinesParts {
  readonly store: Pick<UploadStore, 'read'>;
  readonly parseCsv: ParseCsv;
}

/**
 * The lines of a file from a place on, a portion at a time. What its beginning says (its encoding, its header) is read anew
 * each time.
 * @throws UnreadableFile, UploadGone, UploadForbidden, DependencyUnavailable
 */
export type ReadLines = (upload: Upload, from: Place, limits: Limits) => AsyncGenerator<Portion>;

export function createReadLines({ store, parseCsv }: ReadLinesParts): ReadLines {
  async function* readCsv(upload: Upload, from: Place, limits: Limits): AsyncGenerator<Portion> {
    const file = await openTextFile(store, upload, limits);
    const head = await readHead(file, parseCsv);
    if (head === undefined) return;
    const { separator, cells, names, warnings, next } = head;
    yield { lines: [], warnings, head: { separator, cells } };
    const readRow = createReadRow(names);
    for await (const part of file.lines(from.offset < next.offset ? next : from, separator)) {
      yield { lines: rowsOf(part, readRow, (records) => parseCsv(records, separator)) };
    }
  }

  async function* readJsonLines(upload: Upload, from: Place, limits: Limits): AsyncGenerator<Portion> {
    const file = await openTextFile(store, upload, limits);
    refuseJsonDocument(file.beginning());
    for await (const part of file.lines(from)) yield { lines: part.map(parseJsonLine) };
  }

  return (upload, from, limits) => {
    const format = formatOf(upload.key);
    if ('advice' in format) throw new UnreadableFile(format.advice);
    switch (format.name) {
      case 'ndjson':
        return withFieldWarnings(readJsonLines(upload, from, limits));
      case 'csv':
        return readCsv(upload, from, limits);
      case 'json':
        return withFieldWarnings(readJsonFile(store, upload, from, limits));
    }
  };
}

/** What each record asks for: those that are text at all are parsed together. */
function rowsOf(
  raw: readonly RawLine[],
  readRow: ReadRow,
  parse: (records: readonly string[]) => ReturnType<ParseCsv>,
): readonly ParsedLine[] {
  const read = raw.map(textOfLine);
  const texts = read.flatMap((each) => ('text' in each && each.text.trim() !== '' ? [each.text] : []));
  const parsed = texts.length === 0 ? [] : parse(texts);
  let next = 0;
  return raw.map((record, index): ParsedLine => {
    const place = { line: record.line, next: record.next };
    const each = read[index];
    if (each === undefined || ('text' in each && each.text.trim() === '')) return { ...place, isBlank: true };
    if ('refusal' in each) return { ...place, refusal: each.refusal };
    const cells = parsed[next] ?? [];
    next += 1;
    const { text } = each;
    if ('problem' in cells)
      return { ...place, text, refusal: { ...withSwallowed(record, cells.problem), original: text } };
    return { ...place, text, ...(readRow(cells, text) ?? { isBlank: true }) };
  });
}
