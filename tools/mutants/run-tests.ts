import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What became of the tests: the first that failed, or why none did. */
export type TestRun =
  | { readonly kind: 'failed'; readonly file: string; readonly test: string }
  | { readonly kind: 'passed' }
  /** No test ran to its end: `why` says what stood in its way. */
  | { readonly kind: 'broken'; readonly why: string };

/** Longer than any of the named files needs on a busy machine; of many at once, each adds a little. */
const LONGEST_MS = 5 * 60_000;
const EACH_FILE_MS = 10_000;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const running = new Set<number>();

/** Ends the tests that are running. */
export function endTests(): void {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
}

/** Runs test files in a copy of the project until one fails. What is broken may hang, and is given up sooner. */
export async function runTests(folder: string, files: readonly string[], { isBroken = false } = {}): Promise<TestRun> {
  const report = join(folder, 'test-report.json');
  rmSync(report, { force: true });
  const options = ['run', '--bail=1', '--reporter=json', `--outputFile=${report}`];
  if (isBroken) options.push('--testTimeout=30000');
  const vitest = ['-r', './tools/require-node.cjs', 'node_modules/vitest/vitest.mjs', ...options, ...files];
  // A group of its own, so that a test that hangs ends with what it has started.
  const child = spawn(process.execPath, vitest, {
    cwd: folder,
    detached: true,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { pid = 0 } = child;
  running.add(pid);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const longestMs = LONGEST_MS + files.length * EACH_FILE_MS;
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), longestMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  running.delete(pid);
  if (code === null) return { kind: 'broken', why: `the tests did not end within ${longestMs / 1000} s` };
  if (!existsSync(report)) return { kind: 'broken', why: errors.trim() };
  return readRun(JSON.parse(readFileSync(report, 'utf8')), folder, code);
}

function readRun({ testResults }: Report, folder: string, code: number): TestRun {
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return { kind: 'failed', file: name.replace(`${folder}/`, ''), test: failed.fullName };
  }
  if (code === 0) return { kind: 'passed' };
  return {
    kind: 'broken',
    why: testResults.map(({ message }) => message).find((message) => message !== '') ?? 'no test ran',
  };
}
