import { styleText } from 'node:util';
import { columnsOf, cutTo, padTo, printable, type Stream, widthOf } from './text.ts';

export interface Column<Item> {
  readonly title: string;
  /** People copy ids, so an id is never cut or left out. */
  readonly isId?: boolean;
  readonly value: (item: Item) => string | number | undefined | null;
}

const BETWEEN = 2;
/** Of a row's second and further lines. */
const INDENT = 2;
/** A cell that is cut to less than this says nothing. */
const LEAST = 8;

/** A column where it is shown. */
interface Place {
  readonly index: number;
  readonly isId: boolean;
  readonly width: number;
}

/**
 * A table for a terminal; for a pipe, cells between tabs and nothing else. On a terminal, columns without any value are left out.
 * @param columns the most important first: the last ones are left out where they do not fit, but never an id
 */
export function tableText<Item>(columns: readonly Column<Item>[], items: readonly Item[], stream: Stream): string {
  const rows = items.map((item) => columns.map(({ value }) => printable(`${value(item) ?? ''}`)));
  if (!stream.isTTY) return rows.map((cells) => cells.join('\t')).join('\n');
  const titles = columns.map(({ title }) => title);
  const widthAt = (index: number) => Math.max(...[titles, ...rows].map((cells) => widthOf(cells[index] ?? '')));
  const places = columns
    .map(({ isId = false }, index) => ({ index, isId, width: widthAt(index) }))
    .filter(({ index }) => rows.some((cells) => cells[index] !== ''));
  const room = columnsOf(stream);
  const lines = onOneLine(places, room) ?? onLines(places, room);
  const textOf = (cells: readonly string[]) => rowText(lines, cells);
  return [styleText('bold', textOf(titles), { stream }), ...rows.map(textOf)].join('\n');
}

/** @returns undefined where the ids do not fit, or nothing but them */
function onOneLine(places: readonly Place[], room: number): readonly (readonly Place[])[] | undefined {
  const ids = places.filter(({ isId }) => isId);
  let left = ids.reduce((rest, { width }) => rest - width - BETWEEN, room + BETWEEN);
  let isFull = left < 0;
  if (isFull) return undefined;
  const shown = places.flatMap((place) => {
    if (place.isId) return [place];
    const width = Math.min(place.width, left - BETWEEN);
    isFull ||= width < Math.min(place.width, LEAST);
    if (isFull) return [];
    left -= width + BETWEEN;
    return [{ ...place, width }];
  });
  return shown.length > ids.length || places.length === ids.length ? [shown] : undefined;
}

/** All columns, a row on as many lines as they need. */
function onLines(places: readonly Place[], room: number): readonly (readonly Place[])[] {
  const lines: Place[][] = [[]];
  let left = room;
  for (const place of places) {
    const width = place.isId ? place.width : Math.min(place.width, room - INDENT);
    if (width > left && lines.at(-1)?.length) {
      lines.push([]);
      left = room - INDENT;
    }
    lines.at(-1)?.push({ ...place, width });
    left -= width + BETWEEN;
  }
  return lines;
}

function rowText(lines: readonly (readonly Place[])[], cells: readonly string[]): string {
  const texts = lines.map((places, nth) => ' '.repeat(nth === 0 ? 0 : INDENT) + lineText(places, cells));
  return texts.filter((text) => text.trim() !== '').join('\n');
}

function lineText(places: readonly Place[], cells: readonly string[]): string {
  const text = ({ index, isId, width }: Place) => {
    const cell = cells[index] ?? '';
    return padTo(width, isId ? cell : cutTo(width, cell));
  };
  return places.map(text).join(' '.repeat(BETWEEN)).trimEnd();
}

/** Names and values, one pair a line, without the empty ones. */
export function factsText(
  facts: readonly (readonly [string, string | number | undefined | null])[],
  stream: Stream,
): string {
  const given = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(...given.map(([name]) => widthOf(name)));
  return given
    .map(([name, value]) => `${styleText('bold', padTo(width, name), { stream })}  ${printable(`${value}`)}`)
    .join('\n');
}
