import type { Preferences } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import { parsedOr, type RequestFile } from './request-file.ts';
import { FileProblem, isIdColumn, letters, type Rows } from './table.ts';

export interface Additions {
  /** For every line that says nothing itself. */
  readonly preferences: Preferences;
  /** The column that holds the image ids, where none is called so. */
  readonly idColumn?: number | undefined;
}

const CSV = 'text/csv';
const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

/** The file to hand over: as it came, unless something is added. @throws FileProblem */
export function withPreferences(read: RequestFile, { preferences, idColumn }: Additions): File {
  const { file } = read;
  const isChanged = Object.keys(preferences).length > 0 || idColumn !== undefined;
  if (read.kind === 'table') {
    if (!isChanged && !read.isWorkbook) return named(file, [file], CSV);
    const rows = completed(idColumn === undefined ? read.rows : withIdColumn(read.rows, idColumn), preferences);
    return named(file, [csvOf(rows)], CSV);
  }
  if (read.kind === 'lines') {
    return named(file, isChanged ? [completedLines(read.text, preferences)] : [file], LINES);
  }
  return named(file, isChanged ? [completedJson(read.text, preferences)] : [file], JSON_TYPE);
}

/** Its name says what it is. */
function named({ name }: File, parts: (string | File)[], type: string): File {
  return new File(parts, name.replace(/\.(xlsx|tsv)$/i, '.csv'), { type });
}

function withIdColumn([header = [], ...rows]: Rows, column: number): Rows {
  return [header.map((name, index) => (index === column ? 'image_id' : name)), ...rows];
}

/** Fills empty cells of columns that are there, and adds the others. */
function completed([header = [], ...rows]: Rows, preferences: Preferences): Rows {
  const cells = cellsOf(preferences);
  const columnOf = (name: string) => header.findIndex((each) => letters(each) === letters(name));
  const added = cells.filter(([name]) => columnOf(name) === -1);
  const filled = cells.filter(([name]) => columnOf(name) !== -1).map(([name, text]) => [columnOf(name), text] as const);
  return [
    [...header, ...added.map(([name]) => name)],
    ...rows.map((row) => {
      const whole = header.map((_, index) => row[index] ?? '');
      for (const [column, text] of filled) if (whole[column]?.trim() === '') whole[column] = text;
      return [...whole, ...added.map(([, text]) => text), ...row.slice(header.length)];
    }),
  ];
}

/** The members of objects are columns of their own: `metadata.listing`. */
function cellsOf(preferences: Preferences): readonly (readonly [name: string, text: string])[] {
  return Object.entries(preferences).flatMap(([name, value]) =>
    isObject(value)
      ? Object.entries(value).map(([member, each]) => [`${name}.${member}`, cellText(each)] as const)
      : [[name, cellText(value)] as const],
  );
}

function cellText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function csvOf(rows: Rows): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function completedLines(text: string, preferences: Preferences): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => (line.trim() === '' ? line : completedLine(line, index + 1, preferences)))
    .join('\n');
}

function completedLine(line: string, number: number, preferences: Preferences): string {
  const request = parsedOr(line, () => texts.newBatch.problems.jsonLine(number));
  if (!isObject(request)) throw new FileProblem(texts.newBatch.problems.jsonLine(number));
  return JSON.stringify(completedRequest(request, preferences));
}

function completedJson(text: string, preferences: Preferences): string {
  const value = parsedOr(text, texts.newBatch.problems.json);
  const complete = (each: unknown) => (isObject(each) ? completedRequest(each, preferences) : each);
  return JSON.stringify(Array.isArray(value) ? value.map(complete) : complete(value));
}

/** What a line says itself stands. */
function completedRequest(request: Readonly<Record<string, unknown>>, preferences: Preferences) {
  return { ...request, preferences: { ...preferences, ...Object(request.preferences) } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether somebody has to say which column holds the image ids. */
export function needsIdColumn(read: RequestFile | undefined): boolean {
  return read?.kind === 'table' && !read.rows[0]?.some(isIdColumn);
}
