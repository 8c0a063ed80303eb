import { parseExactly } from '../preferences/preferences-json.ts';
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
      const text = await inUtf8(file);
      return { kind: 'table', file: text, rows: readTable(await text.text()), isWorkbook: false };
    }
    case 'ndjson':
    case 'jsonl': {
      const text = await inUtf8(file);
      return { kind: 'lines', file: text, text: await text.text() };
    }
    case 'json': {
      const text = await inUtf8(file);
      const json = await text.text();
      parsedOr(json, problems.json);
      return { kind: 'json', file: text, text: json };
    }
    case 'xls':
    case 'ods':
    case 'numbers':
      throw new FileProblem(problems.oldExcel);
    default:
      throw new FileProblem(problems.kind(file.name));
  }
}

/**
 * Its content as it is now, so that what is sent is what was checked, whatever becomes of the file. Where a mark says that it is
 * UTF-16, in UTF-8: a call with text takes nothing else. @throws FileProblem
 */
async function inUtf8(file: File): Promise<File> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return new File([encoding === 'utf-8' ? bytes : text], file.name);
  } catch {
    throw new FileProblem(texts.newBatch.problems.encoding);
  }
}

/** @param problem in words, of the parser's reason @throws FileProblem */
export function parsedOr(text: string, problem: (why: string) => string): unknown {
  try {
    return parseExactly(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new FileProblem(problem((error as Error).message));
  }
}
