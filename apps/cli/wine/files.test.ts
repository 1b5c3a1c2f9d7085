import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '@adcs-backup/wine';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { beforeAll, describe, expect, it } from 'vitest';
import { version } from '../src/version.ts';
import { buildFolder, executable, packageFolder, packageName } from './built-executable.ts';
import { checksumOf, readPeHeaders } from './pe-file.ts';

const zip = join(buildFolder, `${packageName}.zip`);

describe('adcs-backup.exe as a file', () => {
  let file: Buffer;
  beforeAll(async () => {
    file = await readFile(executable);
  });

  it("has nobody's signature, and the right checksum", () => {
    const { checksum, security } = readPeHeaders(file);
    expect(security).toEqual({ offset: 0, sizeBytes: 0 });
    expect(checksum).toBe(checksumOf(file));
  });

  it('has sections one behind the other, in memory and in the file, and nothing behind them', () => {
    const { sections } = readPeHeaders(file);
    expect(sections.map(({ name }) => name)).toContain('.rsrc');
    let [address, offset] = [0, 0];
    for (const section of sections) {
      expect(section.address, section.name).toBeGreaterThanOrEqual(address);
      expect(section.offset, section.name).toBeGreaterThanOrEqual(offset);
      [address, offset] = [section.address + section.virtualBytes, section.offset + section.sizeBytes];
    }
    expect(file.byteLength).toBe(offset);
  });

  it('says whose product it is, in which version, and has an icon', () => {
    const { entries } = NtExecutableResource.from(NtExecutable.from(file));
    const infos = Resource.VersionInfo.fromEntries(entries);
    expect(infos.map((info) => info.getStringValues({ lang: 1033, codepage: 1200 }))).toEqual([
      {
        CompanyName: 'The adcs-backup authors',
        ProductName: 'adcs-backup',
        ProductVersion: version,
        FileDescription: 'Online backup of Active Directory Certificate Services',
        FileVersion: version,
        InternalName: 'adcs-backup',
        OriginalFilename: 'adcs-backup.exe',
        LegalCopyright: 'Copyright (c) 2026 the adcs-backup authors',
      },
    ]);
    const [icon, ...others] = Resource.IconGroupEntry.fromEntries(entries);
    expect(icon?.icons.map(({ width }) => width)).toEqual([16, 24, 32, 48, 64, 0]);
    expect(others).toEqual([]);
  });
});

describe('the zip', () => {
  it('has the files of the folder', async () => {
    await execute('python3', ['-m', 'zipfile', '-t', zip]);
    const { stdout } = await execute('python3', ['-m', 'zipfile', '-l', zip]);
    const names = stdout.matchAll(new RegExp(`^${packageName}/(\\S+) `, 'gm'));
    expect(new Set([...names].map(([, name]) => name))).toEqual(new Set(await readdir(packageFolder)));
  });

  it('has the checksum of every file but their list', async () => {
    await execute('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: packageFolder });
    const listed = (await readFile(join(packageFolder, 'SHA256SUMS'), 'utf8')).trim().split('\n');
    expect(listed.length).toBe((await readdir(packageFolder)).length - 1);
  });
});

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly content: string }[];
}

describe('the inventory', () => {
  let components: readonly Component[];
  let licenses: string;
  beforeAll(async () => {
    components = JSON.parse(await readFile(join(packageFolder, 'sbom.cdx.json'), 'utf8')).components;
    licenses = await readFile(join(packageFolder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  });

  it('names Node, koffi by its file, and the packages of all three sinks', async () => {
    const koffi = components.find((component) => component['bom-ref'] === 'koffi.node');
    expect(koffi?.hashes?.[0]?.content).toBe(hash('sha256', await readFile(join(packageFolder, 'koffi.node'))));
    expect(components).toContainEqual(expect.objectContaining({ name: 'node', version: process.versions.node }));
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', '@azure/storage-blob', 'age-encryption']));
  });

  it('has nothing whose licence is not in the zip', () => {
    for (const { 'bom-ref': reference } of components) {
      const title = { 'node.exe': 'Node.js, in adcs-backup.exe', 'koffi.node': 'koffi, which is koffi.node' }[
        reference
      ];
      expect(licenses.split('\n'), reference).toContain(title ?? reference);
    }
    expect(licenses).toContain('Permission is hereby granted, free of charge');
    expect(licenses).toContain('Apache License');
  });
});
