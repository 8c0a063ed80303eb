import { setImmediate as nextTurn } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { NOTHING_SENT, stopped, usageError } from './command-error.ts';
import { createAct } from './commands/verb.ts';
import { createContext, type Surroundings } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { VERSION } from './version.ts';

/** Carries out a command line, and tells what went wrong. @param words without those of Node */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.finished;
  const act = createAct(
    async (options) => {
      await refuseStopped(surroundings.signal);
      return createContext(options, surroundings);
    },
    (ended) => {
      code = ended;
    },
  );
  try {
    await createProgram(act, VERSION, surroundings).parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, words, surroundings);
    // It has shown a help or the version.
    if (error.exitCode === 0) return EXIT.finished;
    // A command without its subcommand shows its help, on stderr.
    if (error.code === 'commander.help') return EXIT.usage;
    return fail(usageOf(error), words, surroundings);
  }
}

/** A Ctrl-C during the load is heard in the next turn of the event loop. */
async function refuseStopped(signal: AbortSignal): Promise<void> {
  await nextTurn();
  if (signal.aborted) throw stopped(NOTHING_SENT);
}

/** Commander's own words, with where to look. */
function usageOf({ message }: CommanderError): Error {
  return usageError(`${message.replace(/^error: /, '').replaceAll('\n', ' ')}; see reprocess --help`);
}

async function fail(error: unknown, words: readonly string[], { stdout, stderr }: Surroundings): Promise<ExitCode> {
  const [{ reportOf }, { createOutput }] = await Promise.all([
    import('./error-report.ts'),
    import('./terminal/output.ts'),
  ]);
  const report = reportOf(error);
  const output = createOutput(stdout, stderr, { json: words.includes('--json') });
  if (report === undefined) output.status(undefined);
  output.error(
    report ?? { exit: EXIT.failed, code: 'bug', detail: `this is a bug: ${(error as Error).stack ?? error}` },
  );
  return report?.exit ?? EXIT.failed;
}
