import { UsageError } from './args.ts';
import { DirectoryInUse, UnreadableFile, UnusableDirectory } from './keep.ts';
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

/** Ends the process. Prints the message of a user error, and the whole of any other. The exit status is 2 for a wrong option. */
export function failWith(error: unknown): never {
  const isUserError = USER_ERRORS.some((kind) => error instanceof kind);
  console.error(isUserError ? (error as Error).message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
