/** Mistakes that the one who typed the command can repair: their sentence is enough. */
const MISTAKES = [
  'UsageError',
  'UnknownStage',
  'InconsistentStages',
  'RefusedChange',
  'MissingOutput',
  'CredentialsProviderError',
];

/** Runs a command, and says in one sentence what its user, AWS or the network had against it. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

/** What an SDK's or one of our own errors says; undefined for every other one, which is a bug. */
export function sentenceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (MISTAKES.includes(error.name)) return error.message;
  // The SDK throws it as a plain Error.
  if (error.message === 'Region is missing')
    return 'no region is set: export AWS_REGION, or set region in infra/stages.ts';
  if ('$fault' in error) return `${error.name}: ${error.message}`;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'ECONNREFUSED') return `nothing listens on ${address}:${port}: is npm start running?`;
  return undefined;
}
