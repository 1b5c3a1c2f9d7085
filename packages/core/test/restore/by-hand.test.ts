import { hash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemorySink, type ScriptedCa } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, noise, temporaryFolder } from '../arrange.ts';
import { validLogs } from '../valid-files.ts';
import {
  copyOf,
  editManifest,
  expectRefused,
  first,
  flipByte,
  forgeDigest,
  label,
  missing,
  runScript,
  type StoredCopy,
  writeObject,
} from './by-hand-copy.ts';

const MIB = 1024 ** 2;

const text = Buffer.from('certificate '.repeat(200_000));
const ca: ScriptedCa = {
  caName: 'Test CA',
  // No databases, but everything that a file may consist of.
  databases: {
    'Test CA.edb': Buffer.concat([noise(17 * MIB, 1), Buffer.alloc(3 * MIB + 100), text, Buffer.alloc(70_000)]),
    'Noise.edb': noise(MIB, 2),
    'Zeros.edb': Buffer.alloc(MIB),
    'Text.edb': Buffer.concat([Buffer.alloc(65_536), text, Buffer.from('end')]),
  },
  logs: validLogs(),
  dynamicFiles: {
    '\\\\ca01\\C$\\CertEnroll\\Test CA.crl': noise(1_800, 3),
    '\\\\ca01\\C$\\inetpub\\Test CA.crl': noise(2_800, 4),
    '\\\\ca01\\C$\\CertEnroll\\empty.asp': Buffer.alloc(0),
  },
};

/** What a restore of {@link ca} consists of. */
const expected: ReadonlyMap<string, Uint8Array> = new Map([
  ['DataBase/certbkxp.dat', Buffer.from('D\\\\ca01\\C$\\CertLog\\Test CA.edb\0\0', 'utf16le')],
  ...Object.entries({ ...ca.databases, ...ca.logs }).map(([name, bytes]) => [`DataBase/${name}`, bytes] as const),
  ['DynamicFiles/Test CA.crl', noise(1_800, 3)],
  ['DynamicFiles/2-Test CA.crl', noise(2_800, 4)],
  ['DynamicFiles/empty.asp', Buffer.alloc(0)],
]);

let sink: MemorySink | undefined;

/** The set, in a folder: what any tool copies out of a sink. */
async function copyOfSink(): Promise<StoredCopy> {
  if (sink === undefined) {
    sink = new MemorySink();
    const { result } = await backUp(sink, ca);
    expect(result.at).toBe('finished');
  }
  return copyOf(sink);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function expectWhole(to: string): void {
  expect(new Set(filesIn(to))).toEqual(new Set(expected.keys()));
  for (const [name, bytes] of expected) expect(readFileSync(join(to, name)).equals(bytes), name).toBe(true);
}

describe.skipIf(missing.length > 0)('restore-by-hand.py', () => {
  test('brings back every byte of a set, and says so file by file', async () => {
    const { folder, manifest, manifestKey } = await copyOfSink();
    expect(manifest.packs.length).toBeGreaterThan(2);
    const to = join(temporaryFolder(), 'new', 'folder');
    const { status, said } = runScript([folder, label, to]);
    expect(status).toBe(0);
    expectWhole(to);
    for (const name of expected.keys()) {
      if (!name.endsWith('.dat')) expect(said).toContain(`restored    ${name}  `);
    }
    expect(said).toContain(hash('sha256', readFileSync(join(folder, manifestKey))));
    expect(said).toContain(`the set ${label} is suspect`);
    expect(said).toContain('Zeros.edb: ');
    expect(said.trimEnd().split('\n').at(-1)).toBe(`whole       9 files in ${to}`);
  });

  test('lists the sets, and takes neither an outcome nor a run without a manifest for one', async () => {
    const { folder } = await copyOfSink();
    writeObject(folder, 'data/test-ca-1fe373/20261122T000000Z/20261122T000000Z-full/pack-00001', 'unfinished');
    const { status, said } = runScript([folder]);
    expect(status).toBe(0);
    expect(said).toMatch(/^test-ca-1fe373 {2}20261121T180316Z-full {2}SUSPECT {2}9 files, [\d,]+ bytes\n$/);
    expect(runScript([folder, '20261122T000000Z-full', temporaryFolder()]).failure).toContain('there is no set');
  });

  test('reads a pack that an earlier set of the chain stored', async () => {
    const copy = await copyOfSink();
    const { folder, manifest } = copy;
    const [pack, map] = [first(manifest.packs), first(manifest.maps)];
    // A label as long as the set's own: the map's header keeps its length.
    const earlier = pack.key.replaceAll(label, '20261121T170000Z-full');
    writeObject(folder, earlier, readFileSync(join(folder, pack.key)));
    rmSync(join(folder, pack.key));
    const mapBytes = readFileSync(join(folder, map.key), 'latin1').replace(pack.key, earlier);
    writeObject(folder, map.key, Buffer.from(mapBytes, 'latin1'));
    editManifest(copy, pack.key, earlier);
    forgeDigest(copy, map.key);
    const to = temporaryFolder();
    expect(runScript([folder, label, to])).toMatchObject({ status: 0 });
    expectWhole(to);
  });

  test('refuses a folder that is not empty, and touches nothing in it', async () => {
    const { folder } = await copyOfSink();
    const to = temporaryFolder();
    writeFileSync(join(to, 'mine.txt'), 'mine');
    expect(runScript([folder, label, to])).toMatchObject({
      status: 1,
      failure: expect.stringContaining('is not empty'),
    });
    expect(readdirSync(to)).toEqual(['mine.txt']);
  });

  test('says that zstd is missing', async () => {
    const { folder } = await copyOfSink();
    const to = temporaryFolder();
    const { status, failure } = runScript([folder, label, to], { ...process.env, PATH: temporaryFolder() });
    expect({ status, failure }).toMatchObject({ status: 1, failure: expect.stringContaining('the zstd command') });
    expect(readdirSync(to)).toEqual([]);
  });

  describe('fails, names the object, and leaves nothing', () => {
    test.each(['packs', 'maps'] as const)('when a byte of one of the %s was flipped, or is missing', async (kind) => {
      const { folder, manifest } = await copyOfSink();
      for (const { key, sizeBytes } of manifest[kind]) {
        flipByte(folder, key, Math.floor(sizeBytes / 2));
        expectRefused(folder, `${key} has another SHA-256`);
        flipByte(folder, key, Math.floor(sizeBytes / 2));
      }
      const { key, sizeBytes } = first(manifest[kind]);
      writeObject(folder, key, readFileSync(join(folder, key)).subarray(1));
      expectRefused(folder, `${key} has ${sizeBytes - 1} bytes`);
      rmSync(join(folder, key));
      expectRefused(folder, `${key} is not there`);
    });

    test('when a digest in the manifest was changed', async () => {
      const copy = await copyOfSink();
      const digests = [...copy.manifest.files.map((file) => file.treeDigest), first(copy.manifest.packs).sha256];
      for (const digest of digests) {
        const other = digest.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
        editManifest(copy, digest, other);
        expectRefused(copy.folder, digest === digests.at(-1) ? first(copy.manifest.packs).key : 'another tree digest');
        editManifest(copy, other, digest);
      }
    });

    test.each(['../evil.edb', 'a/b.edb', 'a\\\\b.edb', '..', '', 'C:evil.edb', 'certbkxp.dat', 'EDB00001.log'])(
      'when a file has a name that leads elsewhere or meets another: %j',
      async (name) => {
        const copy = await copyOfSink();
        editManifest(copy, '"name": "Test CA.edb"', `"name": "${name}"`);
        expectRefused(copy.folder, 'unsafe name');
      },
    );

    test('when the manifest names objects elsewhere', async () => {
      const copy = await copyOfSink();
      const { key } = first(copy.manifest.packs);
      for (const elsewhere of ['../../etc/passwd', `${dirname(dirname(key))}/../x`, 'sets/x', '/etc/passwd']) {
        editManifest(copy, `"${key}"`, `"${elsewhere}"`);
        expectRefused(copy.folder, 'unsafe key');
        editManifest(copy, `"${elsewhere}"`, `"${key}"`);
      }
    });

    test('when the manifest is of another format, of another set, or cut off', async () => {
      const copy = await copyOfSink();
      for (const [from, to, about] of [
        ['"format": 1', '"format": 2', 'is of format 2'],
        ['"blockBytes": 65536', '"blockBytes": 4096', 'blocks of another size'],
        [`"label": "${label}"`, '"label": "20261121T170000Z-full"', 'another set'],
        ['"sizeBytes": 1800', '"sizeBytes": 1800.5', '"sizeBytes" is missing or wrong'],
        ['"sizeBytes": 1800', '"sizeBytes": 1801', 'another tree digest'],
        ['\n}\n', '', 'not readable JSON'],
      ] as const) {
        editManifest(copy, from, to);
        expectRefused(copy.folder, about);
        writeFileSync(join(copy.folder, copy.manifestKey), sink?.objects.get(copy.manifestKey)?.bytes ?? '');
      }
    });
  });
});
