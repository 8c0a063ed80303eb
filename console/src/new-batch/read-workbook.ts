import { readSheet } from 'read-excel-file/universal';
import { texts } from '../texts.ts';
import { FileProblem, type Rows } from './table.ts';

// A chunk of its own, which is loaded with the first workbook.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/** What the reader unpacks sheets of more than 512 KB with is a worker made of a blob, which the page's policy wants approved. */
function allowWorkersOfBlobs({ trustedTypes }: { readonly trustedTypes?: TrustedTypes }): void {
  trustedTypes?.createPolicy('default', {
    createScriptURL: (url) => {
      if (!url.startsWith('blob:')) throw new TypeError(`a script must not come from ${url}`);
      return url;
    },
  });
}

allowWorkersOfBlobs(globalThis as never);

/** The first sheet of a workbook. @throws FileProblem */
export async function readWorkbook(file: File): Promise<Rows> {
  try {
    const rows: readonly (readonly unknown[])[] = await readSheet(file);
    return rows.map((row) => row.map(cellText));
  } catch {
    throw new FileProblem(texts.newBatch.problems.workbook);
  }
}

/** A cell as a person sees it. A date without a time is a date. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString().replace(/T00:00:00\.000Z$/, '') : `${cell}`;
}
