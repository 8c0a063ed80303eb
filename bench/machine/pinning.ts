import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

// The stand-ins for AWS and the endpoint run in this process, on one core; the function has another to itself.
const OURS = '0';
const FUNCTIONS = '1';

export const canPin = process.platform === 'linux' && availableParallelism() > 1 && hasTaskset();

/** Moves this process, and what it starts, to its core. */
export function pinToServerCore(): void {
  if (canPin) pin(OURS);
}

/** Lets this process, and what it starts from now on, run on all cores. */
export function unpin(): void {
  if (canPin) pin(`0-${availableParallelism() - 1}`);
}

/** A command that runs on the function's core. */
export function onFunctionCore(command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', FUNCTIONS, ...command] : command;
}

function pin(cores: string): void {
  // -a: every thread.
  execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
