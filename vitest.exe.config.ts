import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const server = (name: string): string =>
  fileURLToPath(import.meta.resolve(`./packages/test-servers/src/vitest/${name}.ts`));

/** The Windows executable, which `build:exe` has built: looked at here, and run under Wine. */
export default defineConfig({
  test: {
    root: 'apps/cli',
    include: ['wine/**/*.test.ts'],
    globalSetup: ['wine/prepare.ts', server('ceph'), server('azurite')],
    testTimeout: 180_000,
    // One Windows machine for all: what runs at once would only wait for its turn.
    fileParallelism: false,
    experimental: { viteModuleRunner: false },
    execArgv: ['--conditions=@adcs-backup/source', '--disable-warning=ExperimentalWarning'],
  },
});
