import { tmpdir } from 'node:os';
import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished } from 'vitest';
import { bareEnvironment, MAIN } from './run.ts';

export interface Terminal {
  /** Everything that was written, with what controls the terminal. */
  text(): string;
  type(text: string): void;
  readonly ended: Promise<number>;
  seen(pattern: RegExp): Promise<void>;
}

export function inTerminal(args: readonly string[], env: NodeJS.ProcessEnv, columns = 80, cwd = tmpdir()): Terminal {
  return programInTerminal(process.execPath, [MAIN, ...args], env, { columns, cwd });
}

interface TerminalOptions {
  readonly columns: number;
  readonly cwd: string;
  /** What is typed whenever it is asked `[y/N]`. */
  readonly answer?: string;
}

export function programInTerminal(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { columns, cwd, answer }: TerminalOptions,
): Terminal {
  const terminal = spawn(program, [...args], { cols: columns, rows: 30, cwd, env: bareEnvironment(env) as never });
  let text = '';
  let answered = 0;
  terminal.onData((chunk) => {
    text += chunk;
    const asked = text.split('[y/N] ').length - 1;
    if (answer === undefined || asked === answered) return;
    answered = asked;
    terminal.write(answer);
  });
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  onTestFinished(() => terminal.kill());
  return {
    text: () => text,
    type: (typed) => terminal.write(typed),
    ended,
    seen: (pattern) => expect.poll(() => text).toMatch(pattern),
  };
}

/** What stays on a terminal's screen. Knows what this command and Node's readline write. */
export function screenOf(text: string): string {
  const lines = [''];
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's own.
  for (const [, sequence, parameter, letter] of text.matchAll(/(\u001b\[([\d;?]*)([A-Za-z])|[\s\S])/g)) {
    const line = lines.at(-1) ?? '';
    if (letter === 'K' || letter === 'J') lines[lines.length - 1] = line.slice(0, column);
    else if (letter === 'G') column = Number(parameter || 1) - 1;
    else if (letter !== undefined) continue;
    else if (sequence === '\r') column = 0;
    else if (sequence === '\n') [column] = [0, lines.push('')];
    else {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + sequence + line.slice(column + 1);
      column += 1;
    }
  }
  return lines.join('\n');
}
