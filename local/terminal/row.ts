import { styleText } from 'node:util';
import { printable, widthOf, wrapWords } from './text.ts';

type Format = Parameters<typeof styleText>[0];

/** An output stream. A terminal has a width, a pipe has none. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Cell {
  readonly text: string;
  /** On a terminal, so that what is below each other begins at the same place. */
  readonly width?: number;
  readonly format?: Format | undefined;
}

/** What happened, as one line where there is room. */
export interface Row {
  readonly cells: readonly Cell[];
  /** Text after the cells, of any length. */
  readonly text: string;
}

const MARGIN = '  ';
const USUAL_COLUMNS = 80;
const NARROW = 60;

/**
 * For a pipe, one line of plain text. For a terminal, columns on as many lines as needed: what does not fit continues under the
 * second column. Colours follow NO_COLOR and FORCE_COLOR, as in Node.
 * @param output without one: plain text without colours
 */
export function rowText({ cells, text }: Row, output?: Output): string {
  const styled = (cell: Cell) => {
    const shown = printable(cell.text);
    return output === undefined || cell.format === undefined
      ? shown
      : styleText(cell.format, shown, { stream: output });
  };
  if (output?.isTTY) return laidOut(cells, shortened(printable(text)), columnsOf(output), styled);
  return `${MARGIN}${[...cells.map(styled), printable(text)].join('  ')}`.trimEnd();
}

export function columnsOf({ columns = USUAL_COLUMNS }: Pick<Output, 'columns'>): number {
  // Some terminals report 0 for an unknown width.
  return columns > 0 ? columns : USUAL_COLUMNS;
}

function laidOut(cells: readonly Cell[], text: string, columns: number, styled: (cell: Cell) => string): string {
  const indent = ' '.repeat(columns < NARROW ? 4 : 12);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const put = (shown: string, width: number, kept: number) => {
    const isFirst = used === 0;
    if (!isFirst && used + 2 + width > columns) {
      lines.push(line.trimEnd());
      [line, used] = [`${indent}${shown}`, indent.length];
    } else {
      line += `${MARGIN}${shown}`;
      used += 2;
    }
    line += ' '.repeat(kept - width);
    used += kept;
  };
  for (const cell of cells) {
    const width = widthOf(printable(cell.text));
    put(styled(cell), width, Math.max(width, cell.width ?? 0));
  }
  if (used + 2 + widthOf(text) <= columns) return [...lines, `${line}${MARGIN}${text}`.trimEnd()].join('\n');
  const below = wrapWords(text, columns - indent.length).map((part) => `${indent}${part}`);
  return [...lines, line.trimEnd(), ...below].join('\n');
}

/** On a terminal, the beginning of a hash is enough. To copy a whole one, use a pipe. */
function shortened(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}
