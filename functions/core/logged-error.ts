/** An error's fields in a log line. */
export type LoggedError = {
  readonly error: string;
  readonly cause: string | undefined;
  /** Its stack frames, then those of its causes, one a line. */
  readonly frames: string | undefined;
};

/** Causes whose frames are logged, and frames of each. */
const MAX_CAUSES = 3;
const MAX_FRAMES = 10;

/**
 * An error and its causes for a log line. Only the first line of each message: after a wrong signature, AWS's further lines
 * quote the call, with the session token of the function's role.
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

// A stack begins with the error's message, which must not be logged. So a line counts as a frame only if all of it matches.
const FILE = String.raw`[^\s()]+:\d+:\d+`;
const FRAME = new RegExp(
  String.raw`^ +at (?:(?:async )?${FILE}|[\w$#.<>[\] ]+ \((?:${FILE}|<anonymous>|index \d+)\))$`,
);

function framesOf(error: unknown, causes: number): string {
  const { stack, cause } = (error ?? {}) as { readonly stack?: unknown; readonly cause?: unknown };
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const frames = lines.filter((line) => FRAME.test(line)).slice(0, MAX_FRAMES);
  const causeFrames = causes > 0 && cause !== undefined ? framesOf(cause, causes - 1) : '';
  return [...frames.map((line) => line.trim()), ...(causeFrames && ['caused by', causeFrames])].join('\n');
}
