import { parse } from 'csv-parse/sync';
import type { ParseCsv } from '../../core/batch/ports.ts';

const OPTIONS = { bom: false, record_delimiter: '\n', relax_column_count: true } as const;

/**
 * The cells of whole records, none of them blank. Many at once, since each call of the parser costs as much as a hundred
 * records; one by one where one of them is wrong, so that the others are read all the same.
 */
export const parseCsv: ParseCsv = (records, separator) => {
  const cells = tryParse(records.join('\n'), separator);
  if (typeof cells !== 'string' && cells.length === records.length) return cells;
  return records.map((record) => {
    const alone = tryParse(record, separator);
    if (typeof alone === 'string') return { problem: alone };
    const [only, ...more] = alone;
    return only === undefined || more.length > 0 ? { problem: 'the line is no CSV record' } : only;
  });
};

function tryParse(text: string, delimiter: string): readonly (readonly string[])[] | string {
  try {
    return parse(text, { ...OPTIONS, delimiter });
  } catch (error) {
    // The parser counts lines from where it began, which is not where the file does.
    return (error as Error).message.replace(/ at line \d+/, '');
  }
}
