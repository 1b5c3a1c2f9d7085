import { AdcsBackupError, type FileRecord, type Manifest } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeManifest, encodeManifest } from '../../src/store/manifest-json.ts';
import { decodeMap, ENTRY_BYTES, encodeMap, entryDigest, entryLocation, writeEntry } from '../../src/store/map.ts';
import { decodeOutcome, encodeOutcome } from '../../src/store/outcome-json.ts';
import { backUp, noise, testCa } from '../arrange.ts';
import { validDatabase } from '../valid-files.ts';

async function realManifest(): Promise<Manifest> {
  const database = validDatabase({ seeds: [1, 2], previousMarkGeneration: 900 });
  const { result } = await backUp(new MemorySink(), testCa({ databases: { 'Test CA.edb': database } }));
  if (result.manifest === undefined) throw new Error('no manifest');
  return result.manifest;
}

/** With a value in every field that may be absent. */
async function wholeManifest(): Promise<Manifest> {
  const manifest = await realManifest();
  return {
    ...manifest,
    base: '20261120T180316Z-full',
    previous: { chain: '20261120T000000Z', label: 'x', sha256: 'a'.repeat(64) },
    library: { ...manifest.library, version: '10.0.20348.1' },
    warnings: [{ code: 'a', message: 'b', hint: 'c' }],
    findings: [
      { code: 'd', message: 'e' },
      { code: 'f', message: 'g', hint: 'h', file: 'Test CA.edb', offset: 8192, number: 1 },
    ],
    files: manifest.files.map(withAllFacts),
  };
}

function withAllFacts({ database, log, ...file }: FileRecord): FileRecord {
  const trailer = database?.trailer && { ...database.trailer, requiredLogs: database.requiredLogs };
  return {
    ...file,
    ...(database && { database: { ...database, trailer } }),
    ...(log && { log: { ...log, attached: [{ signature: '0a'.repeat(28), path: 'C:\\CertLog\\Test CA.edb' }] } }),
  };
}

function isFault(error: unknown): boolean {
  return AdcsBackupError.is(error, 'integrity-failed') || AdcsBackupError.is(error, 'format-unsupported');
}

function expectFault(read: () => unknown): void {
  let thrown: unknown;
  try {
    read();
  } catch (error) {
    thrown = error;
  }
  expect(isFault(thrown)).toBe(true);
}

/** Every path of a JSON value at which there is something. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function withValue(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(document);
  let at = copy as Record<string, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

describe('a manifest', () => {
  test('with files of a role that only later versions know has them as dynamic files', async () => {
    const document = JSON.parse(encodeManifest(await realManifest()).toString());
    for (const file of document.files) if (file.role === 'dynamic') file.role = 'registry';
    const decoded = decodeManifest(Buffer.from(JSON.stringify(document)), 'm');
    expect(decoded.files.map(({ role }) => role)).toEqual(['database', 'log', 'log', 'dynamic']);
  });

  test('comes back as it was', async () => {
    for (const manifest of [await realManifest(), await wholeManifest()]) {
      const decoded = decodeManifest(encodeManifest(manifest), 'm');
      const raw = Buffer.from(decoded.restoreMap.raw);
      expect({ ...decoded, restoreMap: { ...decoded.restoreMap, raw } }).toEqual(manifest);
    }
  });

  test('keeps what database and logs say of themselves', async () => {
    const { files } = await realManifest();
    expect(files).toMatchObject([
      {
        role: 'database',
        intact: true,
        database: {
          pageSize: 4096,
          genLow: 1,
          genHigh: 2,
          currentFullBackup: { mark: { generation: 1000 } },
          previousFullBackup: { mark: { generation: 900 } },
        },
      },
      { role: 'log', intact: true, log: { generation: 1, previousCreated: undefined } },
      { role: 'log', intact: true, log: { generation: 2 } },
      { role: 'dynamic' },
    ]);
    expect(files[2]?.log?.previousCreated).toEqual(files[1]?.log?.created);
    expect(files[3]).not.toHaveProperty('intact');
  });

  test('with any value of a wrong type is refused by the name of that value', async () => {
    const document: unknown = JSON.parse(encodeManifest(await wholeManifest()).toString());
    for (const path of pathsOf(document)) {
      const bytes = Buffer.from(JSON.stringify(withValue(document, path, -0.5)));
      expectFault(() => decodeManifest(bytes, 'm'));
      expect(() => decodeManifest(bytes, 'm')).toThrow(String(path.at(-1)).replace(/^\d+$/, '['));
    }
  });

  test('of a newer format, or with other blocks, is not guessed at', async () => {
    const document: unknown = JSON.parse(encodeManifest(await realManifest()).toString());
    for (const [name, value] of [
      ['format', 2],
      ['blockBytes', 4096],
    ] as const) {
      const bytes = Buffer.from(JSON.stringify(withValue(document, [name], value)));
      expect(() => decodeManifest(bytes, 'm')).toThrow(expect.objectContaining({ code: 'format-unsupported' }));
    }
  });

  test('cut short anywhere is refused', async () => {
    const bytes = encodeManifest(await realManifest());
    for (let length = 0; length < bytes.length - 1; length += 7) {
      expectFault(() => decodeManifest(bytes.subarray(0, length), 'm'));
    }
  });

  test('is told from any other bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => expectFault(() => decodeManifest(bytes, 'm'))));
    fc.assert(fc.property(fc.json(), (text) => expectFault(() => decodeManifest(Buffer.from(text), 'm'))));
  });

  test('refuses times, base64 and digests that are none', async () => {
    const document: unknown = JSON.parse(encodeManifest(await realManifest()).toString());
    for (const path of [['startedAt'], ['restoreMap', 'raw'], ['files', 0, 'treeDigest']]) {
      expectFault(() => decodeManifest(Buffer.from(JSON.stringify(withValue(document, path, 'x?'))), 'm'));
    }
  });
});

describe('an outcome', () => {
  const folder = {
    readable: true,
    path: 'C:\\CertLog',
    logCount: 2,
    logBytes: 2,
    freeBytes: 3,
    volumeBytes: 4,
  } as const;
  const unreadable = { readable: false, path: 'C:\\CertLog', reason: 'denied' } as const;

  test.each([
    undefined,
    { before: { ...folder, lowestGeneration: 1, highestGeneration: 2 }, after: folder },
    { before: folder, after: unreadable },
  ])('comes back as it was: truncation %#', (truncation) => {
    for (const logFolder of [folder, unreadable]) {
      const warnings = [{ code: 'a', message: 'b' }];
      const outcome = { label: 'l', endedAt: new Date(0), truncation, logFolder, warnings };
      expect(decodeOutcome(encodeOutcome(outcome), 'o')).toEqual(outcome);
    }
  });

  test('that says nothing of the log folder is refused', () => {
    const outcome = { label: 'l', endedAt: new Date(0), truncation: undefined, logFolder: unreadable, warnings: [] };
    const { logFolder: _logFolder, ...less } = JSON.parse(encodeOutcome(outcome).toString());
    expectFault(() => decodeOutcome(Buffer.from(JSON.stringify(less)), 'o'));
  });
});

describe('a map', () => {
  const header = {
    label: '20261121T180316Z-full',
    packs: [{ key: 'data/ca/chain/label/pack-00001', sizeBytes: 5, sha256: 'b'.repeat(64) }],
    sections: [
      { role: 'log', name: 'edb00001.log', sourcePath: '\\\\ca01\\C$\\edb00001.log', firstBlock: 0, blocks: 2 },
    ],
  } as const;

  function entries(): Buffer {
    const bytes = Buffer.alloc(2 * ENTRY_BYTES);
    const stored = {
      pack: 0,
      frameOffset: 4_000_000_000,
      frameLength: 77,
      indexInFrame: 15,
      encoding: 'zstd',
    } as const;
    const zero = { pack: undefined, frameOffset: 0, frameLength: 0, indexInFrame: 0, encoding: 'raw' } as const;
    writeEntry(bytes.subarray(0, ENTRY_BYTES), noise(32, 1), stored);
    writeEntry(bytes.subarray(ENTRY_BYTES), noise(32, 2), zero);
    return bytes;
  }

  test('comes back as it was', () => {
    const map = decodeMap(encodeMap(header, entries()), 'm');
    expect(map.header).toEqual(header);
    expect(entryDigest(map.entries, 1)).toEqual(noise(32, 2));
    expect(entryLocation(map.entries, 0)).toMatchObject({ pack: 0, frameOffset: 4_000_000_000, indexInFrame: 15 });
    expect(entryLocation(map.entries, 1).pack).toBeUndefined();
  });

  test('cut short or extended is refused', () => {
    const bytes = encodeMap(header, entries());
    for (let length = 0; length < bytes.length; length++) expectFault(() => decodeMap(bytes.subarray(0, length), 'm'));
    expectFault(() => decodeMap(Buffer.concat([bytes, Buffer.alloc(1)]), 'm'));
  });

  test('is told from any other bytes', () => {
    const withMagic = fc.uint8Array().map((bytes) => Buffer.concat([Buffer.from('ADCSMAP1'), bytes]));
    fc.assert(fc.property(fc.oneof(fc.uint8Array(), withMagic), (bytes) => expectFault(() => decodeMap(bytes, 'm'))));
  });
});
