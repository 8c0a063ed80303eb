import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { RELEASED_STAGES } from './test/support/released-stages.ts';

/** Begun last, these would be waited for alone: those that compute the longest, and those that wait the longest, which begin first. */
const LONGEST = ['/test/chaos/', '/test/flow/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => LONGEST.findIndex((folder) => moduleId.includes(folder));
    return (await super.sort(files)).toSorted((one, other) => rank(other) - rank(one));
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
    sequence: { sequencer: LongestFirst },
    // The flow tests wait as much as they compute: two cores carry six of them.
    maxWorkers: 6,
    // Files leave nothing behind: they share processes, which saves each its start and what it imports.
    isolate: false,
  },
});
