import { defineConfig } from 'vitest/config';

const roots = [
  'packages/ese',
  'packages/core',
  'packages/sink-disk',
  'packages/standin',
  'packages/certadm',
  'apps/cli',
];

export default defineConfig({
  ssr: { resolve: { conditions: ['@adcs-backup/source', 'module', 'node', 'development|production'] } },
  test: {
    // Shared machines are slow at times; nothing here depends on how long something takes.
    testTimeout: 60_000,
    projects: roots.map((root) => ({ extends: true, root, test: { name: root } })),
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts'],
    },
  },
});
