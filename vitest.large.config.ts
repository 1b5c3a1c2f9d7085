import { defineConfig } from 'vitest/config';

/** Suites that need gigabytes: not part of the tests that everybody runs. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@adcs-backup/source', 'module', 'node', 'development|production'] } },
  test: { root: 'apps/cli', include: ['large/**/*.test.ts'], testTimeout: 600_000 },
});
