import { columnsOf, type Output, type Row, rowText } from './row.ts';
import { cutTo } from './text.ts';

/** Where `npm start` prints: lines that stay, and, on a terminal, one below them that is written anew. */
export interface Screen {
  print(text: string): void;
  row(row: Row): void;
  /** A warning or an error: it goes to stderr. */
  trouble(row: Row): void;
  /** What the last line says from now on; nothing is shown of it in a pipe. */
  status(text: string): void;
  readonly hasStatus: boolean;
  /** From now on nothing is printed: nobody reads it. */
  mute(): void;
}

export interface ScreenParts {
  readonly out: Output;
  readonly err: Output;
}

const CLEAR_LINE = '\r\u001b[K';

export function createScreen({ out, err }: ScreenParts): Screen {
  const hasStatus = out.isTTY === true;
  let status = '';
  let isMute = false;

  function write(output: Output, text: string): void {
    if (isMute) return;
    if (status !== '') out.write(CLEAR_LINE);
    output.write(`${text}\n`);
    draw();
  }
  // One column less than there are: a full line would wrap, and could not be cleared any more.
  const draw = () => status !== '' && out.write(cutTo(columnsOf(out) - 1, status));

  return {
    print: (text) => write(out, text),
    row: (row) => write(out, rowText(row, out)),
    trouble: (row) => write(err, rowText(row, err)),
    status(text) {
      if (isMute || !hasStatus || text === status) return;
      if (status !== '') out.write(CLEAR_LINE);
      status = text;
      draw();
    },
    hasStatus,
    mute() {
      isMute = true;
    },
  };
}
