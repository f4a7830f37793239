import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores are the smallest machine we build on; lab cases wait on hosts more than they compute.
    testTimeout: 20_000,
    hookTimeout: 180_000,
  },
});
