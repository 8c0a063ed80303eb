import type { CsvHead, ParsedLine } from '../reading/parsed-line.ts';
import type { RowState } from './line-row.ts';

/** What became of one line. */
export interface LineResult {
  readonly request_id?: string | undefined;
  readonly state: RowState;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly attempts?: number | undefined;
  readonly started_at?: string | undefined;
  readonly finished_at?: string | undefined;
}

/** What a results file adds to each row, in this order. */
const COLUMNS = ['request_id', 'state', 'code', 'reason', 'attempts', 'started_at', 'finished_at'] as const;

/** Spreadsheets take a file without a byte order mark for one of another encoding. */
const MARK = '\ufeff';

export function encodeCsvHead({ separator, cells }: CsvHead): string {
  return `${MARK}${encodeRow([...cells, ...COLUMNS], separator)}`;
}

/** @param cells of the row as it came: as many as its head has, whatever it has itself */
export function encodeCsvRow(cells: readonly string[], result: LineResult | undefined, head: CsvHead): string {
  const came = head.cells.map((_, index) => cells[index] ?? '');
  const added = COLUMNS.map((name) => String(result?.[name] ?? ''));
  return encodeRow([...came, ...added], head.separator);
}

function encodeRow(cells: readonly string[], separator: string): string {
  return `${cells.map((cell) => encodeCell(cell, separator)).join(separator)}\r\n`;
}

function encodeCell(cell: string, separator: string): string {
  return /["\r\n]/.test(cell) || cell.includes(separator) || cell.trim() !== cell
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}

/** A request's own text with some members more; what was no request is a text within an object. */
export function encodeJsonRow(line: ParsedLine, result: LineResult | undefined): string {
  const added = JSON.stringify(Object.fromEntries(COLUMNS.map((name) => [name, result?.[name] ?? null])));
  if ('refusal' in line) {
    return `${JSON.stringify({ line: line.line, original: line.refusal.original }).slice(0, -1)},${added.slice(1)}\n`;
  }
  // Every request names its image, so that there is a member before ours.
  return `${(line.text ?? '').trim().slice(0, -1).trimEnd()},${added.slice(1)}\n`;
}
