import type { Clock, Logger } from '../core/ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export interface LoggerParts {
  /** Lines below this level are not written. */
  readonly level: (typeof LEVELS)[number];
  /** Goes into every line. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly write: (line: string) => void;
}

/** One JSON line each: `JSON.stringify` escapes line breaks and controls, so that no value can forge a line. */
export function createLogger({ level, facts, clock, write }: LoggerParts): Logger {
  const line = (of: LoggerParts['level']) => (message: string, more?: Readonly<Record<string, unknown>>) => {
    if (LEVELS.indexOf(of) < LEVELS.indexOf(level)) return;
    write(
      `${JSON.stringify({ level: of, message, timestamp: new Date(clock.now()).toISOString(), ...facts, ...more })}\n`,
    );
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
