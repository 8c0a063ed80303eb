import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { RELEASED_STAGES } from './test/support/released-stages.ts';

/** The files and folders that take the longest, in the order in which they begin: those that wait beside those that compute. */
const LONGEST = [
  'flow/console-page',
  'chaos/seeds',
  'local/main.',
  'infra/synthesise',
  'flow/circuit-breaker',
  'chaos/broken-rules',
  'flow/many-requests',
  'cli/runbook',
  'flow/permissions',
  'functions/upload-trigger/forgiving',
  'flow/batches.',
  'functions/batch-feeder/feeder',
  'flow/operations-task',
  'flow/daily-limit',
  'functions/core/batch/check/memory',
  'cli/revert',
  'chaos/two-versions',
  'flow/completion-sweep',
  'flow/callbacks',
  'functions/batch-feeder/faults',
  'flow/lost-responses',
  'local/lambda',
  'flow/uploads.',
  'cli/documented',
  'flow/webhook',
  'cli/service',
  'flow/',
];

class Mixed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`));
    const sorted = await super.sort(files);
    const longest = sorted.filter((file) => rank(file) >= 0).toSorted((one, other) => rank(one) - rank(other));
    const others = sorted.filter((file) => rank(file) < 0);
    if (longest.length === 0) return others;
    // As many others after each of them, large and small ones, so that there is something to compute until the end.
    return longest.flatMap((file, index) => [file, ...others.filter((_, place) => place % longest.length === index)]);
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
    expect: { poll: { timeout: 240_000 } },
    sequence: { sequencer: Mixed },
    // The flow tests wait as much as they compute. More workers would only compete for the processors.
    maxWorkers: 5,
    // A larger young generation makes garbage collection a twentieth of the CPU cheaper.
    execArgv: ['--max-semi-space-size=64'],
    // Files leave nothing behind: they share processes, which saves each its start and what it imports.
    isolate: false,
  },
});
