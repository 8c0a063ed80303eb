import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { RELEASED_STAGES } from './test/support/released-stages.ts';

/** The flow tests wait the longest: begun last, they would be waited for alone. */
class FlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFlow = ({ moduleId }: TestSpecification) => moduleId.includes('/test/flow/');
    const sorted = await super.sort(files);
    return [...sorted.filter(isFlow), ...sorted.filter((file) => !isFlow(file))];
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
    sequence: { sequencer: FlowFirst },
    // The flow tests wait as much as they compute: two cores carry three of them.
    maxWorkers: 3,
    // Files leave nothing behind: they share processes, which saves each its start and what it imports.
    isolate: false,
  },
});
