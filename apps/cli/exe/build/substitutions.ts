import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { inside, root } from './places.ts';

/** The modules that the executable has in another form: it is one file, without packages beside it. */
const substitutes: Readonly<Record<string, string>> = {
  'packages/core/src/store/begin-encode-thread.ts': 'begin-encode-thread.ts',
  'packages/certadm/src/thread/begin-session-thread.ts': 'begin-session-thread.ts',
  'packages/certadm/src/binding/koffi.ts': 'koffi.ts',
  'apps/cli/src/sinks/sink-packages.ts': 'sink-packages.ts',
};

/** Sinks whose SDKs are large: a program of their own, run when it is wanted. As all sinks, they may bring own copies of core. */
const ownPrograms = /^@adcs-backup\/(sink-s3|sink-azure-blob)$/;

/**
 * What SDKs import only when it is wanted, and no run of ours does: kerberos for proxies, open to show a web page.
 * Left to Node, they would be looked for in the current folder and those above it.
 */
const absent = /^(?:kerberos|open)$/;

export const substitutions: Plugin = {
  name: 'substitutions',
  setup(build) {
    const paths = new Map(Object.entries(substitutes).map(([from, to]) => [join(root, from), join(inside, to)]));
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const substitute = paths.get(join(resolveDir, path));
      return substitute === undefined ? undefined : { path: substitute };
    });
    build.onResolve({ filter: ownPrograms }, ({ path }) => ({
      path: join(inside, `${path.replace(ownPrograms, '$1')}.ts`),
    }));
    build.onResolve({ filter: absent }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: absent, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of this executable`)});`,
    }));
  },
};
