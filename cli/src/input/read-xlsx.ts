import { openAsBlob } from 'node:fs';
import { readSheet } from 'read-excel-file/universal';
import { usageError } from '../command-error.ts';

/** The first sheet of a workbook as a table. @throws CommandError */
export async function* csvOfXlsx(path: string): AsyncGenerator<string> {
  const rows = await rowsOf(path);
  for (const row of rows) yield `${row.map(cellText).map(quoted).join(',')}\n`;
}

async function rowsOf(path: string): Promise<readonly (readonly unknown[])[]> {
  try {
    return await readSheet(await openAsBlob(path));
  } catch (cause) {
    throw usageError(
      `${path} cannot be read as a workbook: save it as .xlsx without a password, or as "CSV UTF-8"`,
      cause,
    );
  }
}

/** A cell as a person sees it. A date without a time is a date. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (!(cell instanceof Date)) return `${cell}`;
  return cell.toISOString().replace(/T00:00:00\.000Z$/, '');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
