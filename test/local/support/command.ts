import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { OFFSETS } from '../../../local/ports.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** One of the programs in local/, run as npm runs it. */
export function runProgram(file: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  return runScript(join('local', file), args, environment);
}

/** Killed after the test. @param file from the repository's root */
export function runScript(file: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const program = spawnScript(file, args, environment);
  onTestFinished(() => void program.child.kill('SIGKILL'));
  return program;
}

/** As `runScript`, for several tests: who starts it ends it. */
export function spawnScript(file: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  const child: ChildProcess = spawn(process.execPath, [file, ...args], { cwd: ROOT, env });
  let stdout = '';
  let stderr = '';
  const waiting: (() => void)[] = [];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    for (const look of waiting.splice(0)) look();
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
    for (const look of waiting.splice(0)) look();
  });
  let hasEnded = false;
  const ended = once(child, 'close').then(([status]) => {
    hasEnded = true;
    for (const look of waiting.splice(0)) look();
    return { status, stdout, stderr };
  });

  /** @throws Error when the program ends, or a minute and a half passes, and the output does not match */
  async function until(pattern: RegExp, output: () => string): Promise<string> {
    const patience = setTimeout(() => child.kill('SIGKILL'), 90_000);
    try {
      while (!pattern.test(output())) {
        if (hasEnded) throw new Error(`${file} never printed ${pattern}; stdout: ${stdout}; stderr: ${stderr}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return output();
    } finally {
      clearTimeout(patience);
    }
  }

  return {
    child,
    ended,
    /** The output so far, once it matches. */
    printed: (pattern: RegExp) => until(pattern, () => stdout),
    /** As `printed`, of stderr. */
    complained: (pattern: RegExp) => until(pattern, () => stderr),
  };
}

/** The HTTP API, and the servers beside it. */
const OFFSETS_OF_ALL = [0, ...Object.values(OFFSETS)];
/** Of each test process that runs beside others. */
const PORTS = 1000;

/**
 * The first of a service's ports, all of which are free just now. From below the range out of which systems give ports to
 * whoever asks for any, and from a part of it that no other test process uses.
 */
export async function freePort(): Promise<number> {
  const lowest = 10_000 + PORTS * (Number(process.env.VITEST_POOL_ID) % 20);
  for (;;) {
    const first = randomInt(lowest, lowest + PORTS - Math.max(...OFFSETS_OF_ALL));
    const free = await Promise.all(OFFSETS_OF_ALL.map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The lines of stderr, without warnings of steps that a busy machine gave too little time: these are done later. */
export function complaintsIn(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !/ warn .*AbortError: This operation was aborted\)$/.test(line));
}
