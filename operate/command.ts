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
  'RefusedChange',
  'MissingOutput',
  'StackNotFound',
  'NotHandedIn',
  'LedgerNotFound',
  'StackNotDeleted',
  'RollbackImpossible',
);

/** What the SDK throws when nothing on this machine says who calls. */
const UNSIGNED = ['CredentialsProviderError', 'TokenProviderError'];

/** What an SDK's or one of our own errors says; undefined for every other one, which is a bug. */
export function sentenceOf(error: unknown): string | undefined {
  const sentence = ownSentence(error);
  if (sentence !== undefined || !(error instanceof Error)) return sentence;
  // The SDK throws it as a plain Error.
  if (error.message === 'Region is missing')
    return 'no region is set: export AWS_REGION, or set region of the stage in cdk.json';
  if (UNSIGNED.includes(error.name)) {
    return `no AWS credentials: ${error.message.split('\n')[0]}; sign in (aws sso login), or export AWS_PROFILE`;
  }
  if ('$fault' in error) return `${error.name}: ${error.message}`;
  const { code, address, port, hostname } = error as NetworkError;
  if (code === 'ECONNREFUSED') return `nothing listens on ${address}:${port}: is npm start running?`;
  if (hostname !== undefined) return `${hostname} cannot be found (${code}): check the network and the region`;
  // Whatever else kept one of the SDK's calls from an answer: a timeout, a certificate, a broken connection.
  if ('$metadata' in error) return `AWS could not be reached: ${error.message || code}`;
  // What fetch and the adapters throw says why in its cause alone.
  if (error.cause instanceof Error) return sentenceOf(error.cause) ?? `${error.message}: ${error.cause.message}`;
  return undefined;
}

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  /** The name that could not be looked up. */
  readonly hostname?: string;
}
