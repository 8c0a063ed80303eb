import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { format } from 'node:util';
import { vi } from 'vitest';
import { environmentWithoutAws } from '../../support/environment-without-aws.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of the programs in operate/, run as npm runs it, to its end. */
export async function spawnOperate(
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join('operate', file), ...args], {
    cwd: ROOT,
    env: environmentWithoutAws(environment),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}

let runs = 0;

/** The same within this process, which takes a tenth of the time. One at a time. */
export async function runOperate(
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const { env, argv, exitCode } = process;
  const output = { stdout: '', stderr: '' };
  const log = vi.spyOn(console, 'log').mockImplementation((...line) => {
    output.stdout += `${format(...line)}\n`;
  });
  const error = vi.spyOn(console, 'error').mockImplementation((...line) => {
    output.stderr += `${format(...line)}\n`;
  });
  process.env = environmentWithoutAws(environment);
  process.argv = [process.execPath, join(ROOT, 'operate', file), ...args];
  try {
    runs += 1;
    // Under another name each time, so that it runs again.
    await import(/* @vite-ignore */ `${join(ROOT, 'operate', file)}?run=${runs}`);
    return { status: Number(process.exitCode), ...output };
  } finally {
    Object.assign(process, { env, argv, exitCode });
    log.mockRestore();
    error.mockRestore();
  }
}
