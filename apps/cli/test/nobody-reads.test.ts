import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type KeyPlace, newKeyPlace } from './key-place.ts';
import { newFolder } from './place.ts';
import { cli } from './run-cli.ts';

/** Somebody has all files that backups leave on the CA and in the sink, but no identity. */

const MAGIC = Buffer.from('28b52ffd', 'hex');

async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
}

/** Pieces of 32 bytes that occur nowhere by chance, one of each 4 KiB of the CA's own files. */
async function piecesOf({ ca }: KeyPlace): Promise<Buffer[]> {
  const files = [...(await filesBelow(ca.logFolder)).values(), ...(await filesBelow(ca.enrollFolder)).values()];
  const pieces = files.flatMap((file) =>
    Array.from({ length: Math.ceil(file.length / 4096) }, (_, page) =>
      file.subarray(page * 4096 + 200, page * 4096 + 232),
    ),
  );
  return pieces.filter((piece) => piece.length === 32 && new Set(piece).size > 20);
}

/** What a file holds, also where it is compressed. */
function contentsOf(file: Buffer): Buffer[] {
  const contents = [file];
  for (let at = file.indexOf(MAGIC); at !== -1; at = file.indexOf(MAGIC, at + 1)) {
    try {
      contents.push(zstdDecompressSync(file.subarray(at), { maxOutputLength: 2 * 1024 ** 2 }));
    } catch {
      // Four bytes that only look like the beginning of a frame.
    }
  }
  return contents;
}

function foundIn(files: Iterable<Buffer>, pieces: readonly Buffer[]): number {
  const everything = Buffer.concat([...files].flatMap(contentsOf));
  return pieces.filter((piece) => everything.includes(piece)).length;
}

/** Two backups. @returns the sink's files, and what they left on the CA: configuration, keys, log, output */
async function backUpTwice(place: KeyPlace, config: object): Promise<Map<string, Buffer>> {
  const host = await newFolder();
  const [configFile, logFile] = [join(host, 'config.json'), join(host, 'log.txt')];
  await writeFile(configFile, JSON.stringify(config));
  const flags = ['--config', configFile, '--log-file', logFile, '--verbose', '--json'];
  for (const output of ['first.json', 'second.json']) {
    const [verb = '', sink = '', ...rest] = place.backup.filter((_, at) => at < 4);
    const { exitCode, stdout, stderr } = await cli([verb, sink, ...rest, ...flags]);
    expect(exitCode, stderr).toBe(0);
    await writeFile(join(host, output), stdout + stderr);
    await place.ca.issueCertificates({ changedPages: 3, logs: 1 });
  }
  await writeFile(join(host, 'ca01.key'), await readFile(place.keys.signingKey));
  return new Map([...(await filesBelow(place.sink)), ...(await filesBelow(host))]);
}

test('of encrypted sets, what lies on the CA and in the sink together yields no content, with any file as a key', async () => {
  const place = await newKeyPlace();
  const pieces = await piecesOf(place);
  expect(pieces.length).toBeGreaterThan(20);
  const { recipient, signingKey } = place.keys;
  const files = await backUpTwice(place, { recipient, 'signing-key': signingKey });
  expect(foundIn(files.values(), pieces)).toBe(0);
  const keys = [...files.keys()].filter((path) => !path.startsWith(place.sink));
  expect(keys.length).toBeGreaterThan(4);
  for (const key of keys) {
    const to = join(await newFolder(), 'restored');
    const secret = join(await newFolder(), 'secret');
    await writeFile(secret, files.get(key) ?? '', { mode: 0o600 });
    const { exitCode, stderr } = await cli(['restore', place.sink, 'latest', '--to', to, '--identity', secret]);
    expect(stderr).toContain('error: ');
    expect(exitCode, stderr).toBe(2);
    await expect(readdir(to)).rejects.toThrow('ENOENT');
  }
});

test('the same search finds the content of sets that are not encrypted', async () => {
  const place = await newKeyPlace();
  const pieces = await piecesOf(place);
  const files = await backUpTwice(place, { 'signing-key': place.keys.signingKey });
  expect(foundIn(files.values(), pieces)).toBeGreaterThan(pieces.length * 0.9);
});
