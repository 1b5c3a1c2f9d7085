import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RestoreMap } from '@adcs-backup/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFolderOf } from '../src/files/log-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-folder-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('logFolderOf', () => {
  it('counts closed logs of five and of eight digits, and nothing else', async () => {
    await fill(['edb0000a.log', 'EDB0001F.LOG', 'edb00100000.log', 'edb.log', 'edb.chk', 'edbtmp.log', 'edb123.log']);
    expect(await logFolderOf(mapOf(folder), hostname())).toEqual({
      readable: true,
      path: folder,
      logCount: 3,
      lowestGeneration: 0xa,
      highestGeneration: 0x100000,
      logBytes: 30,
      freeBytes: expect.any(Number),
      volumeBytes: expect.any(Number),
    });
  });

  it('has no generations without closed logs', async () => {
    await fill(['edb.log']);
    const found = await logFolderOf(mapOf(folder), hostname());
    expect(found).toMatchObject({ readable: true, logCount: 0, logBytes: 0 });
    expect(found).not.toHaveProperty('lowestGeneration');
    expect(found.readable && found.freeBytes).toBeGreaterThan(0);
  });

  it('says why a folder is not readable', async () => {
    const path = uncOf(join(folder, 'missing'));
    expect(await logFolderOf(mapOf(join(folder, 'missing')), hostname())).toMatchObject({
      readable: false,
      path,
      reason: expect.stringContaining('ENOENT'),
    });
    expect(await logFolderOf(mapOf(folder), 'elsewhere')).toMatchObject({ readable: false, path: uncOf(folder) });
    expect(await logFolderOf({ entries: [], raw: new Uint8Array() }, hostname())).toEqual({
      readable: false,
      path: '',
      reason: 'the restore map names no log directory',
    });
  });
});

async function fill(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await writeFile(join(folder, name), '0123456789');
  }
}

function mapOf(path: string): RestoreMap {
  return { entries: [{ kind: 'log-directory', path: uncOf(path) }], raw: new Uint8Array() };
}

function uncOf(path: string): string {
  return `\\\\${hostname()}\\C$${path.replaceAll('/', '\\')}`;
}
