import { defineConfig } from 'vitest/config';

const roots = [
  'packages/ese',
  'packages/core',
  'packages/sink-disk',
  'packages/standin',
  'packages/certadm',
  'apps/cli',
  'bench',
];

export default defineConfig({
  ssr: { resolve: { conditions: ['@adcs-backup/source', 'module', 'node', 'development|production'] } },
  test: {
    // Shared machines are slow at times; nothing here depends on how long something takes.
    testTimeout: 60_000,
    projects: roots.map((root) => ({ extends: true, root, test: { name: root } })),
    coverage: {
      provider: 'v8',
      include: ['**/src/**/*.ts'],
      // Programs that tests run in processes of their own; what they do is checked there.
      exclude: ['**/bench/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: '.out/coverage',
    },
  },
});
