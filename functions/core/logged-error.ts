/** What a log line has of an error. */
export type LoggedError = {
  readonly error: string;
  readonly cause: string | undefined;
  /** Where it came from, then where what is behind it did: a line for each function. */
  readonly frames: string | undefined;
};

/** Causes whose frames are logged, and frames of each. */
const MAX_CAUSES = 3;
const MAX_FRAMES = 10;

/**
 * An error, and what is behind it, for a log line. First lines alone: below its own AWS quotes a call whose signature is wrong,
 * with the session token of the function's role.
 */
export function loggedError(error: unknown): LoggedError {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  return {
    error: firstLine(error),
    cause: cause === undefined ? undefined : firstLine(cause),
    frames: framesOf(error, MAX_CAUSES) || undefined,
  };
}

function firstLine(error: unknown): string {
  return String(error)
    .split(/[\r\n]/, 1)
    .join();
}

// A stack begins with the error's whole text, of which nothing may be taken: a frame is known by all of its form.
const FILE = String.raw`[^\s()]+:\d+:\d+`;
const FRAME = new RegExp(
  String.raw`^ +at (?:(?:async )?${FILE}|[\w$#.<>[\] ]+ \((?:${FILE}|<anonymous>|index \d+)\))$`,
);

function framesOf(error: unknown, causes: number): string {
  const { stack, cause } = (error ?? {}) as { readonly stack?: unknown; readonly cause?: unknown };
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const frames = lines.filter((line) => FRAME.test(line)).slice(0, MAX_FRAMES);
  const behind = causes > 0 && cause !== undefined ? framesOf(cause, causes - 1) : '';
  return [...frames.map((line) => line.trim()), ...(behind && ['caused by', behind])].join('\n');
}
