import { EXIT, type ExitCode } from './exit-code.ts';

/** Why a command ends without success. The message is one sentence for people, and says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly exit: ExitCode;

  constructor(code: string, exit: ExitCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.exit = exit;
  }
}

/** By its name: the package has the class in each of its files. */
export function isCommandError(error: unknown): error is CommandError {
  return error instanceof Error && error.name === 'CommandError';
}

export function usageError(message: string, cause?: unknown): CommandError {
  return new CommandError('usage', EXIT.usage, message, cause);
}

export const NOTHING_SENT = 'stopped before anything was sent: run the same command again';

/** A person's Ctrl-C, or the end of the time that was given. */
export function stopped(message = 'stopped'): CommandError {
  return new CommandError('stopped', EXIT.stopped, message);
}

export function isStop(error: unknown): boolean {
  return isCommandError(error) && error.code === 'stopped';
}

/** Ends with a Ctrl-C, which the work does not hear: for work that changes nothing. @throws CommandError with the sentence */
export async function unlessStopped<Result>(
  signal: AbortSignal,
  sentence: string,
  work: Promise<Result>,
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(stopped(sentence));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Tells a Ctrl-C meanwhile in its own sentence. */
export async function whenStopped<Result>(sentence: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw isStop(error) ? stopped(sentence) : error;
  }
}
