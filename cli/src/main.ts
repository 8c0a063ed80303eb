// The bin `reprocess`.
import { stopped } from './command-error.ts';
import { EXIT } from './exit-code.ts';

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

async function main(): Promise<void> {
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  process.stdout.on('error', onClosedPipe);
  process.stderr.on('error', onClosedPipe);
  // What takes its time to load is loaded behind the handlers: a Ctrl-C meanwhile is heard.
  const { run } = await import('./run.ts');
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: controller.signal });
  // What was begun and is not waited for would keep the process.
  if (controller.signal.aborted) process.exit();
}

// No await at the top: the package is CommonJS, which starts faster.
void main();
