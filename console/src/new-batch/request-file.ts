import { texts } from '../texts.ts';
import { FileProblem, type Rows } from './table.ts';

/** What was chosen, read as far as the page needs it. The service reads it once more, and has the last word. */
export type RequestFile =
  | { readonly kind: 'table'; readonly file: File; readonly rows: Rows; readonly isWorkbook: boolean }
  | { readonly kind: 'lines' | 'json'; readonly file: File; readonly text: string };

/** What the client hands over in one call. */
const MOST_BYTES = 4_000_000;

/** @throws FileProblem */
export async function readRequestFile(file: File): Promise<RequestFile> {
  const { problems } = texts.newBatch;
  const ending = /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
  if (file.size === 0) throw new FileProblem(problems.empty);
  if (file.size > MOST_BYTES) throw new FileProblem(problems.tooLarge((file.size / 1_000_000).toFixed(1)));
  switch (ending) {
    case 'xlsx': {
      const { readWorkbook } = await import('./read-workbook.ts');
      return { kind: 'table', file, rows: await readWorkbook(file), isWorkbook: true };
    }
    case 'csv':
    case 'tsv': {
      const { readTable } = await import('./read-table.ts');
      return { kind: 'table', file, rows: readTable(await textOf(file)), isWorkbook: false };
    }
    case 'ndjson':
    case 'jsonl':
      return { kind: 'lines', file, text: await textOf(file) };
    case 'json':
      return { kind: 'json', file, text: await textOf(file) };
    case 'xls':
    case 'ods':
    case 'numbers':
      throw new FileProblem(problems.oldExcel);
    default:
      throw new FileProblem(problems.kind(file.name));
  }
}

/** UTF-8, or UTF-16 where a mark says so. @throws FileProblem */
async function textOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new FileProblem(texts.newBatch.problems.encoding);
  }
}
