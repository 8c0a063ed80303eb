import { UsageError } from './args.ts';
import { DirectoryInUse } from './keep.ts';
import { PortInUse } from './ports.ts';
import { SynthesisFailed } from './synthesis.ts';
import { UnsupportedTemplate } from './template/intrinsics.ts';

/** Ends the process with status 1: one sentence for what the one who started it can repair, everything for the rest. */
export function failWith(error: unknown): never {
  const isClear = [UsageError, PortInUse, DirectoryInUse, SynthesisFailed, UnsupportedTemplate].some(
    (kind) => error instanceof kind,
  );
  console.error(isClear ? (error as Error).message : error);
  process.exit(1);
}
