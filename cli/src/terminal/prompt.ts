import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { stopped, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';

/** Asks a person. @throws CommandError when nobody can answer, or does not want to */
export async function ask(context: Context, question: string, { isSecret = false } = {}): Promise<string> {
  const { stdin, output, options, signal } = context;
  if (options.input === false || !stdin.isTTY) {
    throw usageError(`nobody can answer "${question.trim()}" here: run the command in a terminal, or see its --help`);
  }
  const shown = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : output.err;
  // This sets raw mode. What is typed before it is echoed, and a Ctrl-D is lost: the question comes after it.
  const lines = createInterface({ input: stdin, output: shown, terminal: true });
  if (isSecret) output.err.write(question);
  // In raw mode the terminal sends Ctrl-C as a character.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  lines.on('close', () => isSecret && output.err.write('\n'));
  try {
    return (await lines.question(isSecret ? '' : question, { signal })).trim();
  } catch (error) {
    // What is said next would stand behind the question.
    if (!isSecret) output.err.write('\n');
    signal.throwIfAborted();
    // Ctrl-D, which ends the input.
    throw (error as Error).name === 'AbortError' ? stopped() : error;
  } finally {
    lines.close();
  }
}

export async function confirm(context: Context, question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(context, `${question} [y/N] `));
}
