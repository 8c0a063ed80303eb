import { columnsOf, type Output, type Row, rowText } from './row.ts';
import { cutTo } from './text.ts';

/** The output of `npm start`: lines that stay, and, on a terminal, a status line below them. */
export interface Screen {
  print(text: string): void;
  row(row: Row): void;
  /** Prints a warning or an error to stderr. */
  trouble(row: Row): void;
  /** Sets the status line, which a pipe does not show. */
  status(text: string): void;
  readonly hasStatus: boolean;
  /** Prints nothing more. */
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
  // One column less than the width: a full line would wrap, and could not be cleared.
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
