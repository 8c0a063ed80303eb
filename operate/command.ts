import { awsReport } from '../cli/src/aws-report.ts';
import { sentenceOfAny, withUserErrors } from '../infra/user-error.ts';

/** A program in this folder. */
export interface Command {
  readonly USAGE: string;
  /** @returns the exit status */
  run(args: readonly string[]): Promise<number>;
}

/**
 * Runs a program with the words of the command line, or shows its usage, and says in one sentence what its user, AWS or the
 * network had against it.
 * @param load imports it only now: the stages in cdk.json are checked by that
 */
export async function runCommand(load: () => Promise<Command>): Promise<void> {
  await withUserErrors(sentenceOf, async () => {
    const { USAGE, run } = await load();
    const args = process.argv.slice(2);
    if (!args.includes('--help')) return run(args);
    console.log(USAGE);
    return 0;
  });
}

/** Mistakes that the one who typed the command can repair: their sentence is enough. */
const ownSentence = sentenceOfAny(
  'UsageError',
  'UnknownStage',
  'InconsistentStages',
  'UnreadableContext',
  'StackNotDeleted',
  'RollbackImpossible',
);

/** What an SDK's or one of our own errors says; undefined for every other one, which is a bug. */
function sentenceOf(error: unknown): string | undefined {
  return ownSentence(error) ?? awsReport(error)?.detail;
}
