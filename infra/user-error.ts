/** Mistakes on the command line itself: what was typed cannot be understood. */
const MISTYPED = ['UsageError', 'UnknownStage'];

/**
 * Runs a command, and shows what its user can repair (in cdk.json, on the command line) as the one sentence that it is. It ends
 * with the command's own status, with 2 when what was typed cannot be understood, and with 1 after any other error. The stages
 * are checked as soon as they are imported, so what needs them is imported within the command.
 * @param sentenceOf what to say of an error; undefined for a bug, which is thrown
 */
export async function withUserErrors(
  sentenceOf: (error: unknown) => string | undefined,
  command: () => Promise<number>,
): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = MISTYPED.includes((error as Error).name) ? 2 : 1;
  }
}

/** The message of an error that has one of these names. */
export function sentenceOfAny(...names: readonly string[]): (error: unknown) => string | undefined {
  return (error) => (error instanceof Error && names.includes(error.name) ? error.message : undefined);
}
