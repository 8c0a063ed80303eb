import { UsageError } from './args.ts';
import { DirectoryInUse, isDiskFull, UnreadableFile, UnusableDirectory } from './keep.ts';
import { PortInUse } from './ports.ts';
import { SynthesisFailed } from './synthesis.ts';
import { UnsupportedTemplate } from './template/intrinsics.ts';

/** Errors whose message tells the user what to do. */
const USER_ERRORS = [
  UsageError,
  PortInUse,
  DirectoryInUse,
  UnusableDirectory,
  UnreadableFile,
  SynthesisFailed,
  UnsupportedTemplate,
];

/** @returns the sentence of a user error, and any other as it is */
export function shownError(error: unknown): unknown {
  if (isDiskFull(error))
    return `the disk is full (${(error as Error).message}): free some space, or keep the data elsewhere`;
  return USER_ERRORS.some((kind) => error instanceof kind) ? (error as Error).message : error;
}

/** Ends the process. The exit status is 2 for a wrong option. */
export function failWith(error: unknown): never {
  console.error(shownError(error));
  process.exit(error instanceof UsageError ? 2 : 1);
}
