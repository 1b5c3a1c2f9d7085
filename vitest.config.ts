import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const roots = [
  'packages/ese',
  'packages/core',
  'packages/sink-conformance',
  'packages/sink-disk',
  'packages/keys',
  'packages/standin',
  'packages/certadm',
  'apps/cli',
  'bench',
];

type Server = 'ceph' | 'azurite' | 'sshd';

/** Begins real servers for the tests of a project: one of each kind for the whole run. */
const begun = (...servers: readonly Server[]): string[] =>
  servers.map((server) => fileURLToPath(import.meta.resolve(`./packages/test-servers/src/vitest/${server}.ts`)));

/** Slow suites lie beside test/, and have a configuration of their own. */
const project = (root: string, globalSetup: string[] = []): TestProjectConfiguration => ({
  extends: true,
  root,
  test: { name: root, include: ['test/**/*.test.ts'], globalSetup },
});

/** What must be covered. A line that isn't has its reason beside it. */
const atLeast = (percent: number): { lines: number; branches: number } => ({ lines: percent, branches: percent });

export default defineConfig({
  test: {
    // Shared machines are slow at times; nothing here depends on how long something takes.
    testTimeout: 60_000,
    // Most tests wait, for a process of their own or for a server: one file more than there are cores keeps these busy.
    maxWorkers: Math.max(2, availableParallelism()) + 1,
    // Node runs the sources itself, in tests as in the processes and threads that tests begin: what these cover adds up.
    experimental: { viteModuleRunner: false },
    execArgv: ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'],
    projects: [
      ...roots.map((root) => project(root)),
      project('packages/test-servers', begun('ceph', 'azurite', 'sshd')),
      project('packages/sink-s3', begun('ceph')),
      project('packages/sink-azure-blob', begun('azurite')),
      project('examples/sink-sftp', begun('sshd')),
      { extends: true, root: 'apps/cli', test: { name: 'apps/cli-exe', include: ['exe/test/**/*.test.ts'] } },
      {
        extends: true,
        root: 'apps/cli',
        test: {
          name: 'apps/cli-cloud',
          include: ['cloud/**/*.test.ts'],
          globalSetup: begun('ceph', 'azurite', 'sshd'),
        },
      },
      {
        extends: true,
        root: 'apps/cli',
        test: {
          name: 'apps/cli-tampering',
          include: ['tampering/**/*.test.ts'],
          globalSetup: begun('ceph'),
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['**/src/**/*.ts'],
      exclude: [
        // Measurements for people to read, no part of what is published.
        '**/bench/**',
        // Runs in vitest's own process, whose coverage nobody takes; every test that needs a server tries it.
        '**/test-servers/**',
        // Only tests under Wine use it, beside this run.
        '**/packages/wine/**',
        // What tests write and throw away.
        '**/.out/**',
        // Nothing but calls of Windows: `test:wine` makes them, in a Node whose coverage nobody reads.
        '**/src/windows/{com,file-security-api,file-security-functions,open-windows-files,registry,service-manager,system-library,token-api}.ts',
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
