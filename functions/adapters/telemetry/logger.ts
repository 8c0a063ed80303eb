import type { Clock, Logger } from '../../core/ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export interface LoggerParts {
  /** Lines below this level are not written. */
  readonly level: (typeof LEVELS)[number];
  /** Fields of every line. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Of the current invocation; undefined in INIT. */
  readonly awsRequestId: () => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly write: (line: string) => void;
}

type Facts = Readonly<Record<string, unknown>>;

/** Writes each entry as one JSON line, without characters that could begin another line or control a terminal. */
export function createLogger({ level, facts, awsRequestId, clock, write }: LoggerParts): Logger {
  const isWritten = (of: LoggerParts['level']) => LEVELS.indexOf(of) >= LEVELS.indexOf(level);

  function put(of: LoggerParts['level'], message: string, more: Facts | undefined): void {
    const timestamp = new Date(clock.now()).toISOString();
    const head = { level: of, message, timestamp, ...facts, aws_request_id: awsRequestId() };
    write(`${escaped(JSON.stringify({ ...head, ...more }))}\n`);
  }
  const line = (of: LoggerParts['level']) => {
    return isWritten(of) ? (message: string, more?: Facts) => put(of, message, more) : () => {};
  };
  const debug = isWritten('debug') ? (message: string, more: () => Facts) => put('debug', message, more()) : () => {};
  return { debug, info: line('info'), warn: line('warn'), error: line('error') };
}

/** `JSON.stringify` escapes only the controls below U+0020. JSON can contain the others only within a string. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
