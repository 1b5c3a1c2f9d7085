import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa, newFolder, typed } from './windows.ts';

/** Names of other alphabets, in what the executable prints. */

const name = 'Zertifizierungsstelle Ärzte Ω 証明書';

describe('a CA whose name no code page has', () => {
  it('is backed up, found by its name, and restored', async () => {
    await newCa({ name });
    const [sink, target] = [await newFolder('Sicherungen Ä'), await newFolder('Restored')];
    const backup = await adcsBackup(['backup', sink.path]);
    expect(backup.code, backup.stderr).toBe(0);
    expect(backup.stdout).toContain(`CA          ${name} (`);
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--ca', name, '--to', `${target.path}\\CA`]);
    expect(restore.code, restore.stderr).toBe(0);
    expect((await readFile(join(target.here, 'CA', 'DataBase', `${name}.edb`))).length).toBeGreaterThan(0);
  });

  it('is written to --log-file in UTF-8, and by --json in ASCII that means the same', async () => {
    await newCa({ name });
    const sink = await newFolder('Backups');
    const log = join(sink.here, 'log.txt');
    const { code, stdout } = await adcsBackup(['backup', sink.path, '--json', '--log-file', 'C:\\Backups\\log.txt']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    expect(jsonLines(stdout)).toContainEqual(expect.objectContaining({ type: 'backup-ended', caName: name }));
    expect(await readFile(log, 'utf8')).toContain(name);
  });

  // A code page is how a console shows bytes; the bytes that a file or a pipe gets are the same with each.
  it.each(['437', '850', '65001'])(
    'is told in UTF-8 to a file, whatever code page the console has: %s',
    async (page) => {
      await newCa({ name });
      const sink = await newFolder('Backups');
      const lines = [
        `chcp ${page} >nul`,
        'adcs-backup doctor >nul',
        'adcs-backup backup C:\\Backups >C:\\Backups\\told.txt',
      ];
      const { code, stderr } = await typed(lines);
      expect(code, stderr).toBe(0);
      expect(await readFile(join(sink.here, 'told.txt'), 'utf8')).toContain(`CA          ${name} (`);
    },
  );
});
