import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const roots = [
  'packages/ese',
  'packages/core',
  'packages/sink-conformance',
  'packages/sink-disk',
  'packages/sink-s3',
  'packages/sink-azure-blob',
  'packages/test-servers',
  'packages/standin',
  'packages/certadm',
  'apps/cli',
  'bench',
  'examples/sink-sftp',
];

/** What must be covered. A line that isn't has its reason beside it. */
const atLeast = (percent: number): { lines: number; branches: number } => ({ lines: percent, branches: percent });

export default defineConfig({
  test: {
    // Shared machines are slow at times; nothing here depends on how long something takes.
    testTimeout: 60_000,
    // Most tests wait for a process of their own: one file for each core keeps both busy, where the default leaves one idle.
    maxWorkers: Math.max(2, availableParallelism()),
    // Node runs the sources itself, in tests as in the processes and threads that tests begin: what these cover adds up.
    experimental: { viteModuleRunner: false },
    execArgv: ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'],
    // Slow suites lie beside test/, and have a configuration of their own.
    include: ['test/**/*.test.ts'],
    projects: roots.map((root) => ({ extends: true, root, test: { name: root } })),
    coverage: {
      provider: 'v8',
      include: ['**/src/**/*.ts'],
      exclude: [
        // Measurements for people to read, no part of what is published.
        '**/bench/**',
        // Nothing but calls of Windows: `test:wine` makes them, in a Node whose coverage nobody reads.
        '**/src/windows/{com,system-library,token-api}.ts',
      ],
      autoAttachSubprocess: true,
      thresholds: {
        'packages/core/src/{backup,chain,store}/**': atLeast(100),
        '{apps,packages,examples}/*/src/**': atLeast(95),
      },
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: '.out/coverage',
    },
  },
});
