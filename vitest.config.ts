import { defineConfig } from 'vitest/config';
import { RELEASED_STAGES } from './test/support/released-stages.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // As the CDK's CLI hands it on; every process that a test starts inherits it.
    env: { CDK_CONTEXT_JSON: JSON.stringify({ stages: RELEASED_STAGES }) },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The flow tests wait more than they compute: two cores carry more of them than two at a time.
    maxWorkers: 4,
    expect: { poll: { timeout: 20_000 } },
  },
});
