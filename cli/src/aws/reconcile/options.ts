import { UsageError } from '../../../../local/args.ts';
import { onlyStage, parsePlace, parseWords } from '../../../../operate/arguments.ts';
import type { Place } from '../place.ts';

export interface ReconcileOrder {
  readonly place: Place;
  /** Hands in without a question. */
  readonly isConfirmed: boolean;
  /** Hands in nothing. */
  readonly dryRun: boolean;
}

export const USAGE = `npm run reconcile -- --stage STAGE [--dry-run | --yes]

  Finds the request files and images in the bucket that the service has not dealt with, since their events were lost, and
  hands them in. It counts them, and asks first. To run it again does no harm: what was read is not read again.

  --stage STAGE   a stage; local is the service that npm start runs on this machine, with --port N if that was given
  --dry-run       names each of them, and hands in nothing
  --yes           does not ask
  --help          shows this`;

/** @throws UsageError, UnknownStage */
export function parseReconcileOrder(args: readonly string[]): ReconcileOrder {
  const names = { values: ['stage', 'port'], flags: ['dry-run', 'yes'] } as const;
  const { words, options, flags } = parseWords(args, names, USAGE);
  const isConfirmed = flags.yes === true;
  const dryRun = flags['dry-run'] === true;
  if (isConfirmed && dryRun)
    throw new UsageError('--dry-run hands in nothing, so there is nothing to confirm by --yes');
  return { place: parsePlace(onlyStage(options.stage, words), options.port), isConfirmed, dryRun };
}
