import { styleText } from 'node:util';
import type { ErrorReport } from '../error-report.ts';
import { columnsOf, cutTo, printable, type Stream, wrapped } from './text.ts';

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Data on stdout; everything that is said about it on stderr. */
export interface Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly out: Stream;
  readonly err: Stream;
  /** One object for programs, on a line of its own; or a text for people. */
  data(value: unknown, text: () => string): void;
  /** A sentence for people, on stderr. */
  say(text: string): void;
  /** The line below everything else, on a terminal; undefined removes it. */
  status(line: ((columns: number) => string) | undefined): void;
  error(report: ErrorReport): void;
}

const MARK = 'reprocess: ';
const CLEAR_LINE = '\r\u001b[K';

/** What a service says must not control a terminal. */
export function linesOf(text: string, stream: Stream): string {
  return text
    .split('\n')
    .map((line) => wrapped(printable(line), stream))
    .join('\n');
}

export function createOutput(out: Stream, err: Stream, { json = false, quiet = false }: OutputOptions): Output {
  const isSilent = json || quiet;
  let status = '';

  function above(stream: Stream, text: string): void {
    if (status !== '') err.write(CLEAR_LINE);
    stream.write(`${text}\n`);
    if (status !== '') err.write(status);
  }

  return {
    isJson: json,
    isQuiet: isSilent,
    out,
    err,
    data: (value, text) => above(out, json ? JSON.stringify(value) : text()),
    say(text) {
      if (!isSilent) above(err, linesOf(text, err));
    },
    status(line) {
      if (isSilent || !err.isTTY) return;
      if (status !== '') err.write(CLEAR_LINE);
      // One column less than the width: a full line would wrap, and could not be cleared.
      const columns = columnsOf(err) - 1;
      status = line === undefined ? '' : cutTo(columns, printable(line(columns)));
      err.write(status);
    },
    error({ exit: _, ...report }) {
      this.status(undefined);
      const detail = report.detail.replaceAll(/\s*\n\s*/g, ' ');
      const text = linesOf(`${MARK}${report.detail}`, err).slice(MARK.length);
      const mark = styleText('red', MARK.trim(), { stream: err });
      err.write(json ? `${JSON.stringify({ error: { ...report, detail } })}\n` : `${mark} ${text}\n`);
    },
  };
}
