import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The flow tests wait more than they compute: two cores carry more of them than two at a time.
    maxWorkers: 4,
    expect: { poll: { timeout: 20_000 } },
  },
});
