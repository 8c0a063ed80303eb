import { parse } from 'csv-parse/sync';
import type { ParseCsv } from '../../core/batch/ports.ts';

const OPTIONS = { bom: false, record_delimiter: '\n', relax_column_count: true } as const;

/**
 * The cells of complete records, none of them blank. All records are parsed in one call, because a call costs as much as a
 * hundred records. If that fails, each is parsed alone, so that the valid ones are still read.
 */
export const parseCsv: ParseCsv = (records, separator) => {
  const cells = tryParse(records.join('\n'), separator);
  if (typeof cells !== 'string' && cells.length === records.length) return cells;
  return records.map((record) => {
    const alone = tryParse(record, separator);
    if (typeof alone === 'string') return { problem: alone };
    const [only, ...more] = alone;
    return only === undefined || more.length > 0 ? { problem: 'the line is not one CSV record' } : only;
  });
};

function tryParse(text: string, delimiter: string): readonly (readonly string[])[] | string {
  try {
    return parse(text, { ...OPTIONS, delimiter });
  } catch (error) {
    return problemOf(error as ParserError);
  }
}

interface ParserError {
  readonly message: string;
  readonly code?: string;
  /** Of the cell, from 0. */
  readonly column?: number;
}

// The parser's own words are for programmers, count cells from 0, and name a line that is not the file's.
function problemOf({ code, column = 0, message }: ParserError): string {
  const cell = `cell ${column + 1}`;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `${cell} begins with a quote that is never closed`;
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `${cell} has a quote inside: put the whole cell in quotes, and write each quote in it twice, as in "15"" screen"`;
    default:
      return message.replace(/ at line \d+/, '');
  }
}
