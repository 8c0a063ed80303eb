import type { Limits } from '../../ports.ts';
import type { ParseCsv, UploadStore } from '../ports.ts';
import type { Place, Progress, Upload } from '../upload.ts';
import { createReadRow, parseHeader, type ReadRow } from './csv.ts';
import { markBytes, UnreadableFile } from './file-text.ts';
import { createSplitter, type RawLine } from './line-splitter.ts';
import { type ParsedLine, PORTION, type Portion, parseJsonLine, textOfLine, withSwallowed } from './parsed-line.ts';
import { readJsonFile } from './read-json-file.ts';

export interface ReadLinesParts {
  readonly store: Pick<UploadStore, 'read'>;
  readonly parseCsv: ParseCsv;
}

/** The lines of a file from a place on, a portion at a time. @throws UnreadableFile, UploadGone, DependencyUnavailable */
export type ReadLines = (
  upload: Upload,
  from: Place & Pick<Progress, 'header'>,
  limits: Limits,
) => AsyncGenerator<Portion>;

/**
 * What one read fetches. A file is read in parts, not as one stream: a feeder may pause for minutes, and S3 would close the
 * connection meanwhile.
 */
const CHUNK_BYTES = 1024 * 1024;

type Format = 'lines' | 'csv' | 'json';

/** @throws UnreadableFile when the name says none that is read */
function formatOf(key: string): Format {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase();
  if (extension === 'ndjson' || extension === 'jsonl') return 'lines';
  if (extension === 'csv' || extension === 'json') return extension;
  const came = extension === undefined ? 'none' : `.${extension}`;
  throw new UnreadableFile(`the name of a request file must end in .ndjson, .jsonl, .csv or .json, got ${came}`);
}

export function createReadLines({ store, parseCsv }: ReadLinesParts): ReadLines {
  async function* rawPortions(upload: Upload, from: Place, hasQuotes: boolean, limits: Limits) {
    let { offset } = from;
    let splitter = createSplitter(from, hasQuotes);
    for (;;) {
      const { bytes, size } = await store.read(upload, offset, CHUNK_BYTES, limits);
      if (bytes.length === 0) break;
      const mark = offset === 0 ? markBytes(bytes) : 0;
      if (mark > 0) splitter = createSplitter({ offset: mark, line: 1 }, hasQuotes);
      offset += bytes.length;
      yield* portionsOf(splitter.push(bytes.subarray(mark)));
      if (offset >= size) break;
    }
    yield* portionsOf(splitter.end());
  }

  async function* readCsv(upload: Upload, from: Place & Pick<Progress, 'header'>, limits: Limits) {
    // A run may have ended when it knew the header, and before the header's line was done.
    let readRow = from.offset > 0 && from.header ? createReadRow(from.header) : undefined;
    for await (const part of rawPortions(upload, from, true, limits)) {
      if (readRow !== undefined) {
        yield { lines: rowsOf(part, readRow, parseCsv) };
        continue;
      }
      const [first, ...rest] = part;
      if (first === undefined) continue;
      const header = headerOf(first, parseCsv);
      readRow = createReadRow(header);
      const { line, next } = first;
      yield { lines: [{ line, next, isBlank: true } as const, ...rowsOf(rest, readRow, parseCsv)], header };
    }
  }

  async function* readJsonLines(upload: Upload, from: Place, limits: Limits) {
    for await (const part of rawPortions(upload, from, false, limits)) yield { lines: part.map(parseJsonLine) };
  }

  return (upload, from, limits) => {
    switch (formatOf(upload.key)) {
      case 'lines':
        return readJsonLines(upload, from, limits);
      case 'csv':
        return readCsv(upload, from, limits);
      case 'json':
        return readJsonFile(store, upload, from, limits);
    }
  };
}

function* portionsOf(lines: Iterable<RawLine>): Generator<readonly RawLine[]> {
  let portion: RawLine[] = [];
  for (const line of lines) {
    portion.push(line);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

function headerOf(first: RawLine, parseCsv: ParseCsv): readonly string[] {
  const read = textOfLine(first);
  if ('refusal' in read) throw new UnreadableFile(`the first line must name the columns: ${read.refusal.detail}`);
  const [cells = []] = parseCsv([read.text]);
  if ('problem' in cells) throw new UnreadableFile(`the first line must name the columns: ${cells.problem}`);
  return parseHeader(cells);
}

/** What each record asks for: those that are text at all are parsed together. */
function rowsOf(raw: readonly RawLine[], readRow: ReadRow, parseCsv: ParseCsv): readonly ParsedLine[] {
  const read = raw.map(textOfLine);
  const texts = read.flatMap((each) => ('text' in each && each.text.trim() !== '' ? [each.text] : []));
  const parsed = texts.length === 0 ? [] : parseCsv(texts);
  let next = 0;
  return raw.map((record, index): ParsedLine => {
    const place = { line: record.line, next: record.next };
    const each = read[index];
    if (each === undefined || ('text' in each && each.text.trim() === '')) return { ...place, isBlank: true };
    if ('refusal' in each) return { ...place, refusal: each.refusal };
    const cells = parsed[next] ?? [];
    next += 1;
    if ('problem' in cells)
      return { ...place, refusal: { ...withSwallowed(record, cells.problem), original: each.text } };
    return { ...place, ...(readRow(cells, each.text) ?? { isBlank: true }) };
  });
}
