import { deployedStages, parseStageName, type StageName, settingsOf } from '../../infra/stages.ts';
import { UsageError } from '../../local/args.ts';
import { onlyStage, parseWords } from '../arguments.ts';

export const USAGE = `npm run destroy -- --stage STAGE [--storage] [--yes-destroy STAGE]

  Deletes the stacks of a stage, one after the other: monitoring, deployment, service, storage. It asks for the stage's
  name first.

  --stage STAGE        a deployed stage. If it keeps its data, the storage stack stays, unless --storage is given
  --storage            the storage stack too. Queues, ledger, bucket, secrets and logs of a stage that keeps its data stay
                       all the same; they belong to no stack then, and have to be imported before the next deploy
  --yes-destroy STAGE  the stage's name once more, where nobody can be asked
  --help               shows this`;

export interface DestroyOrder {
  readonly stage: StageName;
  /** Whether the storage stack is deleted too. */
  readonly withStorage: boolean;
  /** The stage's name was given once more, so that nobody has to be asked. */
  readonly isConfirmed: boolean;
}

/** @throws UsageError, UnknownStage */
export function parseDestroyOrder(args: readonly string[]): DestroyOrder {
  const { words, options, flags } = parseWords(args, { values: ['stage', 'yes-destroy'], flags: ['storage'] }, USAGE);
  const stage = parseStageName(onlyStage(options.stage, words), deployedStages);
  const confirmation = options['yes-destroy'];
  if (confirmation !== undefined && confirmation !== stage) {
    throw new UsageError(`--yes-destroy must be the stage's name ${stage}, got ${JSON.stringify(confirmation)}`);
  }
  const withStorage = flags.storage === true || !settingsOf(stage).keepsData;
  return { stage, withStorage, isConfirmed: confirmation !== undefined };
}
