import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { ImageDigest } from '../inside/image-digest.ts';
import { inside, root } from './places.ts';
import { substitutions } from './substitutions.ts';

/** The programs in the executable, each one CommonJS script with all its packages: main, threads, heavy sinks. */
export const programs: Readonly<Record<string, string>> = {
  'adcs-backup': join(inside, 'main.ts'),
  'encode-worker': join(root, 'packages', 'core', 'src', 'encode-worker.ts'),
  'session-worker': join(root, 'packages', 'certadm', 'src', 'session-worker.ts'),
  'sink-azure-blob': join(root, 'packages', 'sink-azure-blob', 'src', 'index.ts'),
  'sink-s3': join(root, 'packages', 'sink-s3', 'src', 'index.ts'),
};

/**
 * Bundles the programs into `folder`, as `<name>.cjs`.
 * @param koffi of koffi.node, which the programs then insist on
 * @returns what went into them, with paths from the checkout
 */
export async function bundle(folder: string, koffi: ImageDigest): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: programs,
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // require instead: a script in an executable has no import() but that of built-in modules, if any.
    supported: { 'dynamic-import': false },
    conditions: ['@adcs-backup/source'],
    mainFields: ['module', 'main'],
    define: { KOFFI_DIGEST: JSON.stringify(koffi) },
    plugins: [substitutions],
    // Names stay, for errors and their stacks; licences go into a file of their own.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'error' },
  });
  requireWhole(metafile);
  return metafile;
}

/** Whatever isn't inside would be looked for in the current folder and those above it. */
function requireWhole(metafile: Metafile): void {
  const outside = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => !isBuiltin(path));
  if (outside.length > 0) throw new Error(`not bundled: ${[...new Set(outside)].join(', ')}`);
}
