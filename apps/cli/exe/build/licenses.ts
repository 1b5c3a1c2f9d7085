import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundledPackage, idOf } from './packages.ts';
import { koffiFolder, nodeLicense } from './places.ts';

/** THIRD-PARTY-LICENSES.txt: whose work is in the executable, and under which terms. */

const rule = '='.repeat(100);

export function thirdPartyLicenses(packages: readonly BundledPackage[]): string {
  const sections = [
    ['Node.js, in adcs-backup.exe', readFileSync(nodeLicense, 'utf8')],
    ['koffi, which is koffi.node', readFileSync(join(koffiFolder, 'LICENSE.txt'), 'utf8')],
    ...byText(packages),
  ];
  const parts = sections.map(([title = '', text = '']) => `${rule}\n${title}\n${rule}\n\n${text.trim()}\n`);
  return ['What adcs-backup is made of besides its own code.\n', ...parts].join('\n').replaceAll('\r\n', '\n');
}

/** Packages that have the same text share it. */
function byText(packages: readonly BundledPackage[]): string[][] {
  const owners = new Map<string, string[]>();
  for (const each of packages) {
    const text = licenseOf(each);
    owners.set(text, [...(owners.get(text) ?? []), idOf(each)]);
  }
  return [...owners].map(([text, ids]) => [ids.join('\n'), text]);
}

/** Licence and notice files of a package, in that order. */
function licenseOf(bundled: BundledPackage): string {
  const names = readdirSync(bundled.folder).filter((name) => /^(?:licen[cs]e|notice)(?:\.|$)/i.test(name));
  if (names.some((name) => /^licen/i.test(name))) {
    return names
      .sort()
      .map((name) => readFileSync(join(bundled.folder, name), 'utf8').trim())
      .join('\n\n');
  }
  return standardText(bundled);
}

/** For a package that names a licence and brings no file. */
function standardText(bundled: BundledPackage): string {
  const path = fileURLToPath(new URL(`../assets/${bundled.license}.txt`, import.meta.url));
  if (!existsSync(path)) throw new Error(`package ${idOf(bundled)} brings no text of its licence, ${bundled.license}`);
  const author = bundled.author === '' ? '' : `, by ${bundled.author}`;
  return `${bundled.license} as its package.json says${author}\n\n${readFileSync(path, 'utf8').trim()}`;
}
