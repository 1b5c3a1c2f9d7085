import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './places.ts';

/** Which npm packages are in the programs, as the bundler tells. */

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX, as its package.json says. */
  readonly license: string;
  readonly author: string;
  /** Full path. */
  readonly folder: string;
  /** Packages that its modules import, as `name@version`. */
  readonly imports: readonly string[];
}

/** `name@version`: what else tells two copies apart. */
export function idOf({ name, version }: Pick<BundledPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/** All of which at least a byte is in an output, by name and version. */
export function bundledPackages(metafile: Metafile): readonly BundledPackage[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? folderOf(path) : undefined;
      if (folder !== undefined) folders.add(folder);
    }
  }
  const found = [...folders].map((folder) =>
    described(
      folder,
      importsOf(metafile, folder).filter((to) => folders.has(to)),
    ),
  );
  return found.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

/** Of the package that has the file; undefined for our own. */
function folderOf(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function importsOf(metafile: Metafile, folder: string): string[] {
  const imported = Object.entries(metafile.inputs)
    .filter(([path]) => folderOf(path) === folder)
    .flatMap(([, { imports }]) => imports.map(({ path }) => folderOf(path)))
    .filter((to) => to !== undefined && to !== folder);
  return [...new Set(imported)].filter((to) => to !== undefined);
}

function described(folder: string, imports: readonly string[]): BundledPackage {
  const { name, version, license, author } = manifestIn(folder);
  if (license === undefined) throw new Error(`package ${name} tells no licence`);
  const ids = imports.map((to) => idOf(manifestIn(to))).sort();
  return { name, version, license, author: nameOf(author), folder: join(root, folder), imports: ids };
}

type Author = string | { readonly name: string } | undefined;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: Author;
}

function manifestIn(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return manifest;
}

function nameOf(author: Author): string {
  return typeof author === 'object' ? author.name : (author ?? '');
}
