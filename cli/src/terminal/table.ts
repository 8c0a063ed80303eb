import { styleText } from 'node:util';
import { columnsOf, cutTo, padTo, printable, type Stream, widthOf } from './text.ts';

export interface Column<Item> {
  readonly title: string;
  readonly value: (item: Item) => string | number | undefined | null;
}

const BETWEEN = 2;

/**
 * A table for a terminal, without the last columns where they do not fit; for a pipe, cells between tabs and nothing else.
 * @param columns the most important first
 */
export function tableText<Item>(columns: readonly Column<Item>[], items: readonly Item[], stream: Stream): string {
  const rows = items.map((item) => columns.map(({ value }) => printable(`${value(item) ?? ''}`)));
  if (!stream.isTTY) return rows.map((cells) => cells.join('\t')).join('\n');
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    Math.max(widthOf(title), ...rows.map((cells) => widthOf(cells[index] ?? ''))),
  );
  const room = columnsOf(stream);
  const shown = fitting(widths, room);
  const lineOf = (cells: readonly string[]) =>
    cutTo(
      room,
      cells
        .slice(0, shown)
        .map((cell, index) => padTo(widths[index] ?? 0, cell))
        .join(' '.repeat(BETWEEN))
        .trimEnd(),
    );
  return [styleText('bold', lineOf(titles), { stream }), ...rows.map(lineOf)].join('\n');
}

/** What is cut to less than this says nothing. */
const LEAST = 8;

/** How many columns are shown, the last of them cut where it does not fit. */
function fitting(widths: readonly number[], room: number): number {
  let used = 0;
  const over = widths.findIndex((width) => {
    const left = room - used;
    used += width + BETWEEN;
    return left < Math.min(width, LEAST);
  });
  return over === -1 ? widths.length : Math.max(1, over);
}

/** Names and values below each other, of which the empty ones are left out. */
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
