import { parse } from 'csv-parse/browser/esm/sync';
import { texts } from '../texts.ts';
import { FileProblem, isIdColumn, type Rows } from './table.ts';

// A chunk of its own, which is loaded with the first table.

const SEPARATORS = [',', ';', '\t'] as const;

/** @param text of a CSV file, with or without a first line `sep=;` @throws FileProblem */
export function readTable(text: string): Rows {
  const declared = /^\s*"?sep=([,;\t])"?[,;\s]*?(\r?\n|$)/i.exec(text);
  const table = declared === null ? text : text.slice(declared[0].length);
  const header = table.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const delimiter = declared?.[1] ?? separatorOf(header);
  if (header.includes('|') && !header.includes(delimiter)) throw new FileProblem(texts.newBatch.problems.separator);
  try {
    return parse(table, { bom: true, delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch (error) {
    throw new FileProblem(texts.newBatch.problems.table((error as Error).message));
  }
}

/** That by which a column of the header is the image id's, or else the most frequent. */
function separatorOf(header: string): string {
  const cellsBy = (separator: string) => header.split(separator).map((cell) => cell.replaceAll('"', '').trim());
  const fitting = SEPARATORS.find((each) => cellsBy(each).some(isIdColumn));
  const byCount = [...SEPARATORS].sort((one, other) => cellsBy(other).length - cellsBy(one).length);
  return fitting ?? byCount[0] ?? ',';
}
