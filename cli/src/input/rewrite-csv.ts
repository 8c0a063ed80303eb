import { parse } from 'csv-parse';
import { usageError } from '../command-error.ts';
import { type Separator, separatorOf } from './beginning.ts';
import { type ColumnMap, isImageColumn, letters, mapNames } from './column-map.ts';
import type { Setting } from './preferences.ts';

/**
 * A table with other names of its columns, and with what `--set` says where a row says nothing. Each row keeps its line.
 * @throws CommandError when it cannot be read, or a name of the map is in no column
 */
export async function* rewriteCsv(
  text: AsyncIterable<string>,
  map: ColumnMap,
  settings: readonly Setting[],
): AsyncGenerator<string> {
  const { declared, header, rest } = await readHeader(text);
  const isImage = (name: string) =>
    isImageColumn([...map].find(([other]) => letters(other) === letters(name))?.[1] ?? name);
  const separator = declared ?? separatorOf(header, isImage);
  if (declared !== undefined) yield `sep=${declared}\n`;
  yield* rowsOf(recordsOf(rest, separator), { map, settings, separator });
}

interface Head {
  /** By a line `sep=;` as Excel understands it. */
  readonly declared: Separator | undefined;
  readonly header: string;
  /** From the header on. */
  readonly rest: AsyncIterable<string>;
}

async function readHeader(text: AsyncIterable<string>): Promise<Head> {
  const parts = text[Symbol.asyncIterator]();
  let beginning = '';
  let isOver = false;
  while (!isOver && !/^\s*\S[^\n]*\n[^\n]*\n/.test(beginning)) {
    const { value = '', done } = await parts.next();
    beginning += value;
    isOver = done === true;
  }
  const declared = /^\s*"?sep=([,;\t])"?[,;\s]*?(\r?\n)/i.exec(beginning);
  const rest = declared === null ? beginning : beginning.slice(declared[0].length);
  async function* all() {
    yield rest;
    for (let part = await parts.next(); !part.done; part = await parts.next()) yield part.value;
  }
  return {
    declared: declared?.[1] as Separator | undefined,
    header: rest.trimStart().split(/\r?\n/, 1)[0] ?? '',
    rest: all(),
  };
}

async function* recordsOf(text: AsyncIterable<string>, delimiter: Separator): AsyncGenerator<readonly string[]> {
  const parser = parse({ delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: false });
  const feeding = (async () => {
    for await (const part of text) if (!parser.write(part)) await new Promise((go) => parser.once('drain', go));
    parser.end();
  })();
  feeding.catch((error) => parser.destroy(error as Error));
  try {
    yield* parser as AsyncIterable<readonly string[]>;
  } catch (error) {
    if (!('lines' in (error as Error))) throw error;
    throw usageError(
      `the table cannot be read: ${(error as Error).message}; close each quote, and save it again`,
      error,
    );
  }
}

interface Rewriting {
  readonly map: ColumnMap;
  readonly settings: readonly Setting[];
  readonly separator: Separator;
}

async function* rowsOf(records: AsyncIterable<readonly string[]>, { map, settings, separator }: Rewriting) {
  const textOf = (cells: readonly string[]) => `${cells.map((cell) => quoted(cell, separator)).join(separator)}\n`;
  let names: readonly string[] | undefined;
  for await (const cells of records) {
    if (cells.every((cell) => cell.trim() === '')) yield '\n';
    else if (names === undefined) {
      const came = mapNames(cells, map);
      const missing = settings.filter(({ name }) => !came.some((each) => letters(each) === letters(name)));
      names = [...came, ...missing.map(({ name }) => name)];
      yield textOf(names);
    } else yield textOf(completed(cells, names, settings));
  }
}

/** A row's own cells, and what `--set` says for those that are empty. What is too much in a row stays, for the service to refuse. */
function completed(
  cells: readonly string[],
  names: readonly string[],
  settings: readonly Setting[],
): readonly string[] {
  return [...names, ...cells.slice(names.length)].map((_, index) => {
    const cell = cells[index] ?? '';
    if (cell.trim() !== '') return cell;
    return settings.find(({ name }) => letters(name) === letters(names[index] ?? ''))?.cell ?? '';
  });
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
