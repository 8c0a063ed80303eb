import type { RequestFile } from './request-file.ts';

/** A part of a file that can be checked by itself. */
export interface FilePart {
  readonly content: Blob;
  /** To be added to the part's own line numbers. */
  readonly linesBefore: number;
}

/** The service takes calls of 5 MB. */
export const PART_BYTES = 4_000_000;

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** A file that is too long for one call, in parts: each begins with the header of a table. No line is cut. */
export async function* partsOf({ content, kind }: RequestFile, mostBytes = PART_BYTES): AsyncGenerator<FilePart> {
  const header = kind === 'csv' ? await headerOf(content) : undefined;
  let start = 0;
  let linesBefore = 0;
  while (start < content.size) {
    const { bytes, lines } = wholeLines(await bytesOf(content.slice(start, start + mostBytes)), kind === 'csv');
    const end = start + bytes >= content.size ? content.size : start + bytes;
    const part = content.slice(start, end);
    const isFirst = start === 0;
    const content_ = header === undefined || isFirst ? part : new Blob([header.text, part]);
    yield {
      content: content_,
      linesBefore: header === undefined || isFirst ? linesBefore : linesBefore - header.lines,
    };
    start = end;
    linesBefore += lines;
  }
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

/** Up to the last end of a line that is not within quotes; all of it when there is none. */
function wholeLines(bytes: Uint8Array, hasQuotes: boolean): { readonly bytes: number; readonly lines: number } {
  let isQuoted = false;
  let lines = 0;
  let found = { bytes: bytes.length, lines: 0 };
  for (let at = 0; at < bytes.length; at++) {
    if (hasQuotes && bytes[at] === QUOTE) isQuoted = !isQuoted;
    if (bytes[at] !== NEWLINE) continue;
    lines += 1;
    if (!isQuoted) found = { bytes: at + 1, lines };
  }
  return found;
}

/** With a line `sep=;` and blank lines before it. */
async function headerOf(content: Blob): Promise<{ readonly text: string; readonly lines: number }> {
  const beginning = await content.slice(0, 64 * 1024).text();
  const text = /^(?:\s*"?sep=[^\n]*\n)?\s*[^\n]*\n/i.exec(beginning)?.[0] ?? '';
  return { text, lines: text.split('\n').length - 1 };
}
