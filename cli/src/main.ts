// The bin `reprocess`.
import { CommanderError } from 'commander';
import { stopped, usageError } from './command-error.ts';
import { createAct } from './commands/verb.ts';
import { createContext } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { VERSION } from './version.ts';

const controller = new AbortController();

/** The first Ctrl-C stops waiting, and the command says what that means. The second ends at once. */
function onInterrupt(): void {
  if (controller.signal.aborted) process.exit(130);
  controller.abort(stopped());
}

/** Ends quietly when the reader of a pipe goes away. */
function onClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.finished);
}

async function fail(error: unknown): Promise<ExitCode> {
  const [{ reportOf }, { createOutput }] = await Promise.all([
    import('./error-report.ts'),
    import('./terminal/output.ts'),
  ]);
  const report = reportOf(error);
  const output = createOutput(process.stdout, process.stderr, { json: process.argv.includes('--json') });
  if (report === undefined) output.status(undefined);
  output.error(
    report ?? { exit: EXIT.failed, code: 'bug', detail: `this is a bug: ${(error as Error).stack ?? error}` },
  );
  return report?.exit ?? EXIT.failed;
}

/** Commander's own words, with where to look. @returns undefined when it has shown a help or the version */
function usageOf({ message, code, exitCode }: CommanderError): Error | undefined {
  if (exitCode === 0) return undefined;
  process.exitCode = EXIT.usage;
  // A command without its subcommand shows its help, on stderr.
  if (code === 'commander.help') return undefined;
  return usageError(`${message.replace(/^error: /, '').replaceAll('\n', ' ')}; see reprocess --help`);
}

async function main(): Promise<void> {
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  process.stdout.on('error', onClosedPipe);
  process.stderr.on('error', onClosedPipe);
  const act = createAct(
    (options) => createContext(options, controller.signal),
    (code) => {
      process.exitCode = code;
    },
  );
  try {
    await createProgram(act, VERSION).parseAsync();
  } catch (error) {
    const told = error instanceof CommanderError ? usageOf(error) : error;
    if (told !== undefined) process.exitCode = await fail(told);
  }
}

// No await at the top: the package is CommonJS, which starts faster.
void main();
