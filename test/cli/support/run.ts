import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { ROOT } from '../../docs/support/documents.ts';

export const MAIN = join(ROOT, 'cli/src/main.ts');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  readonly cwd?: string;
  /** A Ctrl-C is sent as soon as its output contains this. */
  readonly interruptAt?: RegExp;
  /** In place of a Ctrl-C. */
  readonly interruptBy?: NodeJS.Signals;
}

/** Nothing is there, and nobody can make it, not even root. */
const NOWHERE = '/proc/nowhere';

/** Without any profile, and without what the person who runs the tests has. */
export function bareEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE, HOME: NOWHERE, XDG_CONFIG_HOME: NOWHERE, TZ: 'UTC', ...more };
}

export async function reprocess(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env, stdin, cwd = tmpdir(), interruptAt, interruptBy = 'SIGINT' } = options;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: bareEnvironment(env) });
  let stdout = '';
  let stderr = '';
  let isInterrupted = false;
  const interrupt = () => {
    if (isInterrupted || !interruptAt?.test(stdout + stderr)) return;
    isInterrupted = true;
    child.kill(interruptBy);
  };
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    interrupt();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    interrupt();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin ?? '');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Has temporary files written into a folder that is removed after the test: a command removes them only when its process ends. */
export function confineTemporaryFiles(): void {
  vi.stubEnv('TMPDIR', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
}

export function fileWith(content: string | Uint8Array, name: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}
