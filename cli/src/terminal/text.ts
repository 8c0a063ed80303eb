import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** An output stream. A terminal has a width, a pipe has none. */
export type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

const USUAL_COLUMNS = 80;
/** Wider text is hard to read. */
const PROSE_COLUMNS = 100;

/** Some terminals report 0 for an unknown width. */
export function columnsOf({ columns }: Stream): number {
  return columns || USUAL_COLUMNS;
}

/** Text without characters that could begin another line or control a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}

export const widthOf = stringWidth;

/** The beginning of a text, at most so many columns wide. */
export function cutTo(columns: number, text: string): string {
  if (widthOf(text) <= columns) return text;
  let cut = '';
  for (const character of text) {
    if (widthOf(cut + character) >= columns) break;
    cut += character;
  }
  return columns > 0 ? `${cut}…` : '';
}

export function padTo(columns: number, text: string): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** How the line of a command begins. */
export const COMMAND = '  reprocess ';

/** Prose, wrapped between words on a terminal; what follows its first line keeps its indent. */
export function wrapped(text: string, stream: Stream): string {
  // A command is copied, and would not be whole.
  if (!stream.isTTY || text.startsWith(COMMAND)) return text;
  const indent = /^ */.exec(text)?.[0] ?? '';
  const columns = Math.min(columnsOf(stream), PROSE_COLUMNS) - indent.length;
  const lines = wrapAnsi(text.slice(indent.length), Math.max(columns, 10), { trim: true }).split('\n');
  return lines.map((line) => `${indent}${line}`).join('\n');
}
