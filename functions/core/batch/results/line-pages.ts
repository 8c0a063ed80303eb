import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { InvalidCursor } from '../../errors.ts';
import type { Limits } from '../../ports.ts';
import type { AskedPage } from '../../request/request-lists.ts';
import type { Batch } from '../batch.ts';
import type { LineReader } from '../line-ports.ts';
import type { Place } from '../upload.ts';
import { type LineRow, type RowState, rowOfItem } from './line-row.ts';
import type { ReadRows } from './read-rows.ts';

export interface LineFilter {
  readonly state?: RowState;
  readonly code?: string;
}

export interface LinePage {
  readonly rows: readonly LineRow[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface LinePagesParts {
  readonly readRows: ReadRows;
  readonly lines: Pick<LineReader, 'failed' | 'find'>;
}

/** @throws InvalidCursor, UnreadableFile, UploadGone, UploadForbidden, DependencyUnavailable */
export type LinePages = (batch: Batch, filter: LineFilter, page: AskedPage, limits: Limits) => Promise<LinePage>;

/** Bounds the work of a page: where few of many lines fit, it is short and has a next one. */
const MAX_LINES = 2000;
const FAILED_AT_ONCE = 100;
const BEGINNING: Place = { offset: 0, line: 1 };

/** Pages through a batch's lines in the order of its file: the failed ones from their index, all others from the file. */
export function createLinePages({ readRows, lines }: LinePagesParts): LinePages {
  async function failedPage(batch: Batch, code: string | undefined, limit: number, after: number, limits: Limits) {
    const rows: LineRow[] = [];
    let last = after;
    for (let looked = 0; looked < MAX_LINES; ) {
      // Where few of them fit, a page of one line must not be a read for each.
      const most = looked === 0 && code === undefined ? limit : FAILED_AT_ONCE;
      const found = await lines.failed(batch.batchId, last, most, limits);
      const items = await lines.find(found.map(({ requestId }) => requestId), limits); // biome-ignore format: one thought
      for (const { line, requestId } of found) {
        const item = items.get(requestId);
        const row = item && rowOfItem(line, item, batch);
        if (row !== undefined && (code === undefined || row.code === code)) rows.push(row);
        last = line;
        if (rows.length === limit) return { rows, cursor: encodeCursor(last) };
      }
      if (found.length < most) return { rows };
      looked += most;
    }
    return { rows, cursor: encodeCursor(last) };
  }

  async function filePage(batch: Batch, filter: LineFilter, limit: number, from: Place, limits: Limits) {
    const rows: LineRow[] = [];
    let looked = 0;
    for await (const part of readRows(batch, from, limits)) {
      for (const { row, next } of part) {
        looked += 1;
        if (row !== undefined && fits(row, filter)) rows.push(row);
        const isFull = rows.length === limit || looked === MAX_LINES;
        if (isFull) return { rows, cursor: encodeCursor(next.offset, next.line) };
      }
    }
    return { rows };
  }

  return async (batch, filter, { limit, cursor }, limits) => {
    const place = cursor === undefined ? undefined : decodePlace(cursor);
    if (batch.file.version === undefined) return { rows: [] };
    if (filter.state !== 'failed') return filePage(batch, filter, limit, placeOf(place), limits);
    return failedPage(batch, filter.code, limit, place?.[0] ?? 0, limits);
  };
}

function fits({ state, code }: LineRow, filter: LineFilter): boolean {
  return (filter.state === undefined || filter.state === state) && (filter.code === undefined || filter.code === code);
}

const NOT_OURS = 'cursor must be the next_cursor of an earlier page of the same list';

function decodePlace(cursor: string): readonly number[] {
  const place = decodeCursor(cursor);
  if (place.length > 0 && place.every((each) => Number.isSafeInteger(each) && Number(each) >= 0)) {
    return place as readonly number[];
  }
  throw new InvalidCursor(NOT_OURS);
}

function placeOf(place: readonly number[] | undefined): Place {
  if (place === undefined) return BEGINNING;
  const [offset, line, ...more] = place;
  if (offset === undefined || line === undefined || line < 1 || more.length > 0) throw new InvalidCursor(NOT_OURS);
  return { offset, line };
}
