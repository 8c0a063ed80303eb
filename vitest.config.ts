import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { RELEASED_STAGES } from './test/support/released-stages.ts';

/** The files that take the longest, and of a folder all: most of them wait more than they compute. */
const LONGEST = [
  'chaos/seeds',
  'flow/circuit-breaker',
  'flow/console-page',
  'flow/many-requests',
  'flow/permissions',
  'flow/operations-task',
  'flow/batches.',
  'flow/daily-limit',
  'chaos/',
  'flow/',
];
/** So many others are begun after each of them, so that no time is left without something to compute. */
const OTHERS_BETWEEN = 5;

class Mixed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`));
    const bySize = await super.sort(files);
    const longest = bySize.filter((file) => rank(file) >= 0).toSorted((one, other) => rank(one) - rank(other));
    const others = bySize.filter((file) => rank(file) < 0);
    const mixed = longest.flatMap((file, index) => [
      file,
      ...others.slice(index * OTHERS_BETWEEN, (index + 1) * OTHERS_BETWEEN),
    ]);
    return [...mixed, ...others.slice(longest.length * OTHERS_BETWEEN)];
  }
}

/** Where to write what became of each test, as JSON; .ci/run counts by it. */
const { TEST_REPORT: report } = process.env;

export default defineConfig({
  test: {
    ...(report && { reporters: ['default', ['json', { outputFile: report }]] }),
    // Every process that a test starts inherits these.
    env: {
      // As the CDK's CLI hands it on.
      CDK_CONTEXT_JSON: JSON.stringify({ stages: RELEASED_STAGES }),
      // A hundred short-lived commands are compiled once.
      NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache/compiled'),
    },
    // Nothing is measured by these: they end what hangs, and must not end what a busy machine only makes slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 90_000 } },
    sequence: { sequencer: Mixed },
    // The flow tests wait as much as they compute. More of them at once only take the processors from each other.
    maxWorkers: 5,
    // Short-lived objects die in the young generation: a twentieth less of computing.
    execArgv: ['--max-semi-space-size=64'],
    // Files leave nothing behind: they share processes, which saves each its start and what it imports.
    isolate: false,
  },
});
