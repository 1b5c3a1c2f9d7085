import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { version } from '../../src/version.ts';
import { type ImageDigest, imageDigest } from '../inside/image-digest.ts';
import { zipOf } from './archive.ts';
import { seaBlob } from './blob.ts';
import { bundle } from './bundle.ts';
import { makeExecutable } from './executable.ts';
import { thirdPartyLicenses } from './licenses.ts';
import { bundledPackages } from './packages.ts';
import { koffiAddon, koffiVersion, root, windowsNode, windowsNodeVersion } from './places.ts';
import { sbom } from './sbom.ts';

/** Builds the Windows executable and its zip: `build.ts [folder]`, default dist-exe. */

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../../dist-exe', import.meta.url)));
const name = `adcs-backup-${version}-win-x64`;

const files = await builtFiles();
files.set('SHA256SUMS', text(checksums(files)));
const zip = zipOf(name, files);

await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, name), { recursive: true });
for (const [file, bytes] of files) await writeFile(join(folder, name, file), bytes);
await writeFile(join(folder, `${name}.zip`), zip);
for (const [file, bytes] of [...files, [`${name}.zip`, zip] as const]) {
  process.stdout.write(`${(bytes.byteLength / 1e6).toFixed(1).padStart(6)} MB  ${hash('sha256', bytes)}  ${file}\n`);
}

async function builtFiles(): Promise<Map<string, Uint8Array>> {
  requireSameNode();
  const [node, addon] = [await readFile(windowsNode), await readFile(koffiAddon)];
  const license = await readFile(join(root, 'LICENSE'), 'utf8');
  const readme = await readFile(fileURLToPath(new URL('../assets/README.txt', import.meta.url)), 'utf8');
  const { metafile, blob } = await program(imageDigest(addon));
  const packages = bundledPackages(metafile);
  const inventory = sbom({
    version,
    packages,
    node: { version: process.versions.node, sha256: hash('sha256', node) },
    koffi: { version: koffiVersion, sha256: hash('sha256', addon) },
  });
  const copyright = /^Copyright.*$/m.exec(license)?.[0] ?? '';
  return new Map([
    ['adcs-backup.exe', makeExecutable({ node, blob, version, copyright })],
    ['koffi.node', new Uint8Array(addon)],
    ['README.txt', text(readme.replace('VERSION', version))],
    ['LICENSE', text(license)],
    ['THIRD-PARTY-LICENSES.txt', text(thirdPartyLicenses(packages))],
    ['sbom.cdx.json', text(inventory)],
  ]);
}

/** The blob is made by this Node, and read by that of the executable. */
function requireSameNode(): void {
  if (windowsNodeVersion === process.versions.node) return;
  throw new Error(`run by Node ${process.versions.node}, but the executable's is ${windowsNodeVersion}`);
}

async function program(koffi: ImageDigest): Promise<{ readonly metafile: Metafile; readonly blob: Uint8Array }> {
  const work = await mkdtemp(join(tmpdir(), 'adcs-backup-exe-'));
  try {
    const metafile = await bundle(work, koffi);
    return { metafile, blob: await seaBlob(work) };
  } finally {
    await rm(work, { recursive: true });
  }
}

function checksums(of: ReadonlyMap<string, Uint8Array>): string {
  return [...of].map(([file, bytes]) => `${hash('sha256', bytes)}  ${file}\n`).join('');
}

function text(of: string): Uint8Array {
  return new TextEncoder().encode(of);
}
