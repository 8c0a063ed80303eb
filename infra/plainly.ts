/**
 * Runs a command, and shows a mistake of its user's (in the table of stages, on the command line) as the one sentence that it
 * is. The table is checked as soon as it is imported, so what needs it is imported within the command.
 */
export async function plainly(mistakes: readonly string[], command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof Error) || !mistakes.includes(error.name)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
