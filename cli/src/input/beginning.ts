import { isImageColumn } from './column-map.ts';

/** So much of a file says what it is. */
export const BEGINNING_BYTES = 64 * 1024;

export type Kind = 'csv' | 'ndjson' | 'json' | 'ids';

const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

const BY_EXTENSION: Readonly<Record<string, Kind>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a file holds: by its name; and by its beginning where that says nothing, or where a table may be a list of ids. */
export function kindOf(name: string, beginning: string): Kind {
  const byName = BY_EXTENSION[name.toLowerCase().split('.').at(-1) ?? ''];
  const line = firstLine(beginning);
  if (byName === 'csv') return UUID.test(line) ? 'ids' : 'csv';
  if (byName !== undefined) return byName;
  if (line.startsWith('[')) return 'json';
  if (line.startsWith('{')) return 'ndjson';
  const isTable = /^"?sep=/i.test(line) || SEPARATORS.some((each) => line.includes(each)) || isImageColumn(line);
  return isTable ? 'csv' : 'ids';
}

function firstLine(text: string): string {
  return (
    text
      .trimStart()
      .split(/\r\n|\r|\n/, 1)[0]
      ?.trim() ?? ''
  );
}

/** What stands between the cells of a header: that by which one of them is the image id's, or else the most frequent. */
export function separatorOf(header: string, isImage: (name: string) => boolean): Separator {
  const cellsBy = (separator: Separator) => header.split(separator).map((cell) => cell.replaceAll('"', '').trim());
  const fitting = SEPARATORS.find((each) => cellsBy(each).some(isImage));
  const byCount = SEPARATORS.toSorted((one, other) => cellsBy(other).length - cellsBy(one).length);
  return fitting ?? byCount[0] ?? ',';
}
