import { usageError } from '../command-error.ts';
import { BEGINNING_BYTES, type Kind, separatorOf } from './beginning.ts';
import { isImageColumn, letters } from './column-map.ts';
import { parseJson } from './rewrite-lines.ts';

interface Content {
  readonly content: Blob;
  readonly kind: Kind;
}

/** Refuses a file of which no line can be sent, before any call. @param name as a person knows it @throws CommandError */
export async function refuseUnusable({ content, kind }: Content, name: string): Promise<void> {
  const beginning = await content.slice(0, BEGINNING_BYTES).text();
  const isWhole = content.size <= BEGINNING_BYTES;
  if (isWhole && beginning.trim() === '') throw usageError(`${name} is empty: it must hold at least one request`);
  if (kind === 'json') refuseOtherThanJson(await content.text(), name);
  if (kind !== 'csv') return;
  const [header = '', ...rows] = linesOf(beginning);
  refuseWithoutImage(header, name);
  if (isWhole && rows.length === 0) throw usageError(`${name} has a header and no row: each request is a row below it`);
}

function refuseOtherThanJson(text: string, name: string): void {
  try {
    parseJson(text);
  } catch (cause) {
    throw usageError(`${name} is not JSON: ${(cause as Error).message}`, cause);
  }
}

/** Without a line `sep=;`, and without blank lines. */
function linesOf(beginning: string): readonly string[] {
  const lines = beginning.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  return /^\s*"?sep=/i.test(lines[0] ?? '') ? lines.slice(1) : lines;
}

/** Shows that a file is not text. Then the service refuses it, since it says better what the file is. */
const BINARY = /\p{C}/u;

/** Shows that a header that seems to be one column is several. */
const OTHER_SEPARATOR = /[|:]|image[_-]?id[^\w-]|[^\w-]image[_-]?id/i;

function refuseWithoutImage(header: string, name: string): void {
  const cells = header.split(separatorOf(header, isImageColumn)).map((cell) => cell.replaceAll('"', '').trim());
  const columns = cells.filter((cell) => cell !== '');
  if (columns.some(isImageColumn) || BINARY.test(columns.join(''))) return;
  if (columns.length === 1 && OTHER_SEPARATOR.test(columns.join())) {
    throw usageError(`${name} must have its columns separated by commas, semicolons or tabs, got ${columns[0]}`);
  }
  const likely = columns.find((column) => /id$|image|bild/.test(letters(column))) ?? columns[0] ?? 'Bild-ID';
  const rule = `${name} has no column image_id, it has ${columns.join(', ')}`;
  throw usageError(`${rule}: say which of them holds the images, such as --map "${likely}=image_id"`);
}
