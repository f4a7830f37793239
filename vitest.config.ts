import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/lab/skip-notice.ts'],
    // Real hosts are waited for more than computed with, also where many suites share two cores.
    testTimeout: 20_000,
    hookTimeout: 180_000,
  },
});
