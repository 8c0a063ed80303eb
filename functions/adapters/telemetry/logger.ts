import type { Clock, Logger } from '../../core/ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export interface LoggerParts {
  /** Lines below this level are not written. */
  readonly level: (typeof LEVELS)[number];
  /** Goes into every line. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Of the invocation that is under way; undefined in INIT. */
  readonly awsRequestId: () => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly write: (line: string) => void;
}

type Facts = Readonly<Record<string, unknown>>;

/** One JSON line each, in which nothing stands that could begin another line or steer a terminal. */
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

/** `JSON.stringify` escapes controls below U+0020 alone; in JSON the others can only stand within a string. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
