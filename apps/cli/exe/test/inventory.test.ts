import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';
import { thirdPartyLicenses } from '../build/licenses.ts';
import { type BundledPackage, bundledPackages, idOf } from '../build/packages.ts';
import { root } from '../build/places.ts';
import { sbom } from '../build/sbom.ts';

/** Of the checkout, as the bundler names it. */
function pathIn(from: string, name: string): string {
  return relative(root, realpathSync(join(root, from, 'node_modules', name)));
}

const commander = pathIn('apps/cli', 'commander');
const typings = pathIn('apps/cli', '@commander-js/extra-typings');
const zod = pathIn('apps/cli', 'zod');

/** Typings import commander; nothing of zod is left in the output. */
const metafile: Metafile = {
  inputs: {
    'apps/cli/src/program.ts': { bytes: 10, imports: [{ path: `${typings}/index.js`, kind: 'import-statement' }] },
    [`${typings}/index.js`]: { bytes: 10, imports: [{ path: `${commander}/index.js`, kind: 'import-statement' }] },
    [`${commander}/index.js`]: { bytes: 10, imports: [{ path: `${commander}/lib/command.js`, kind: 'require-call' }] },
    [`${commander}/lib/command.js`]: { bytes: 10, imports: [{ path: `${zod}/index.js`, kind: 'require-call' }] },
  },
  outputs: {
    'out.cjs': {
      bytes: 30,
      imports: [],
      exports: [],
      inputs: {
        'apps/cli/src/program.ts': { bytesInOutput: 10 },
        [`${typings}/index.js`]: { bytesInOutput: 10 },
        [`${commander}/lib/command.js`]: { bytesInOutput: 10 },
        [`${zod}/index.js`]: { bytesInOutput: 0 },
      },
    },
  },
};

const packages = bundledPackages(metafile);

it('has the packages that left something in the output, and what they import of each other', () => {
  expect(packages.map(({ name, imports }) => [name, imports])).toEqual([
    ['@commander-js/extra-typings', [expect.stringMatching(/^commander@\d+\./)]],
    ['commander', []],
  ]);
});

it('has the licence of each, once for those who share it, and a standard text where a package has none', () => {
  const folder = join(root, 'docs');
  const bare: BundledPackage = {
    name: 'bare',
    version: '1.0.0',
    license: 'MIT',
    author: 'A. Uthor',
    folder,
    imports: [],
  };
  const text = thirdPartyLicenses([...packages, bare]);
  expect(text).toContain('Copyright (c) 2011 TJ Holowaychuk');
  expect(text).toContain('bare@1.0.0\n');
  expect(text).toContain('MIT as its package.json says, by A. Uthor');
  for (const each of packages) expect(text).toContain(`${idOf(each)}\n`);
  expect(() => thirdPartyLicenses([{ ...bare, license: 'Unheard-Of' }])).toThrow(
    'brings no text of its licence, Unheard-Of',
  );
});

it('is CycloneDX whose references all have a component, with an id that only the content changes', () => {
  const input = {
    version: '1.2.3',
    packages,
    node: { version: '22.0.0', sha256: 'aa' },
    koffi: { version: '3.0.0', sha256: 'bb' },
  };
  const bom = JSON.parse(sbom(input));
  expect(bom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { version: '1.2.3' } },
  });
  expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  const references = new Set(bom.components.map((component: Record<string, unknown>) => component['bom-ref']));
  expect(references.size).toBe(bom.components.length);
  for (const { ref, dependsOn } of bom.dependencies) {
    for (const reference of [...dependsOn, ...(ref === 'adcs-backup' ? [] : [ref])])
      expect(references).toContain(reference);
  }
  expect(bom.components).toContainEqual(
    expect.objectContaining({ purl: expect.stringMatching(/^pkg:npm\/%40commander-js\/extra-typings@/) }),
  );
  expect(sbom(input)).toBe(sbom(input));
  expect(JSON.parse(sbom({ ...input, version: '1.2.4' })).serialNumber).not.toBe(bom.serialNumber);
});
