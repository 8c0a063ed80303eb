import { UsageError } from './args.ts';
import { DirectoryInUse, UnreadableFile, UnusableDirectory } from './keep.ts';
import { PortInUse } from './ports.ts';
import { SynthesisFailed } from './synthesis.ts';
import { UnsupportedTemplate } from './template/intrinsics.ts';

/** Those that the one who started the program can repair. */
const CLEAR = [
  UsageError,
  PortInUse,
  DirectoryInUse,
  UnusableDirectory,
  UnreadableFile,
  SynthesisFailed,
  UnsupportedTemplate,
];

/** Ends the process: one sentence for what can be repaired, everything for the rest. The status is 2 for a wrong option. */
export function failWith(error: unknown): never {
  const isClear = CLEAR.some((kind) => error instanceof kind);
  console.error(isClear ? (error as Error).message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
