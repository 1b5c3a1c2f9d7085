import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cleanDatabase,
  dirtyDatabase,
  folderWith,
  logFiles,
  logOf,
  streamingCopy,
  withFlippedBit,
} from './ese-files.ts';
import { type CliResult, cli, jsonLines, resultOf, startCli } from './run-cli.ts';

/** Of coreutils. */
const makePipe = 'mkfifo';

async function check(folder: string, ...names: string[]): Promise<CliResult> {
  const paths = names.length === 0 ? [folder] : names.map((name) => join(folder, name));
  const { exitCode, stdout, stderr } = await cli(['ese', 'check', ...paths]);
  return { exitCode, stdout: stdout.replaceAll(folder, '/folder'), stderr: stderr.replaceAll(folder, '/folder') };
}

/** The last line about a folder. */
function verdictIn({ stdout }: CliResult): string | undefined {
  return stdout.trimEnd().split('\n').at(-1)?.trim();
}

describe('adcs-backup ese check', () => {
  it('says of a backup what each file is, and that it is complete', async () => {
    const files = { 'CA.edb': streamingCopy, ...logFiles(3, 4, 5, 6), 'certbkxp.dat': Buffer.from('x') };
    const inside = Object.entries(files).map(([name, bytes]) => [`DataBase/${name}`, bytes]);
    const folder = await folderWith({ ...Object.fromEntries(inside), 'CA.p12': Buffer.from('key') });
    const { exitCode, stdout, stderr } = await check(folder);
    expect(stdout).toMatchInlineSnapshot(`
      "/folder/CA.p12: not checked; not recognised as a database, log, checkpoint or flush map
      /folder/DataBase/CA.edb: good; database, pages of 4 KiB: 6 good, 8 never used, 69,632 bytes (68.0 KiB)
      /folder/DataBase/certbkxp.dat: not checked; names where the files were: not a file of the engine
      /folder/DataBase/edb00003.log: good; log 3: 254 segments in use, 1,048,576 bytes (1.0 MiB)
      /folder/DataBase/edb00004.log: good; log 4: 254 segments in use, 1,048,576 bytes (1.0 MiB)
      /folder/DataBase/edb00005.log: good; log 5: 254 segments in use, 1,048,576 bytes (1.0 MiB)
      /folder/DataBase/edb00006.log: good; log 6: 254 segments in use, 1,048,576 bytes (1.0 MiB)

      /folder/DataBase:
        CA.edb: a backup, needs logs 3 to 5 (edb00003.log to edb00005.log): all there and good, and those up to 6 follow
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('says where damage lies, what it means and what to do', async () => {
    const swapped = Buffer.from(streamingCopy);
    streamingCopy.copy(swapped, 5 * 4096, 6 * 4096, 7 * 4096);
    const folder = await folderWith({
      'CA.edb': withFlippedBit(swapped, 3 * 4096 + 100),
      ...logFiles(3, 5, 6),
      'edb00004.log': withFlippedBit(logOf(4), 2 * 4096 + 7),
      'edb.chk': Buffer.alloc(8192, 1),
    });
    const { exitCode, stdout, stderr } = await check(folder);
    expect(stdout).toMatchInlineSnapshot(`
      "/folder/CA.edb: DAMAGED; database, pages of 4 KiB: 4 good, 8 never used, 2 bad, 69,632 bytes (68.0 KiB)
        byte 12,288: page 2 has one flipped bit, bit 2 of byte 100 (memory, disk or network turned one bit: look for the hardware at fault)
        byte 20,480: page 4 is page 5 in the wrong place, or one bit of its checksum is flipped (storage wrote or gave back the wrong place, or files were mixed)
      /folder/edb.chk: DAMAGED; checkpoint file (the engine can make one anew), 8,192 bytes (8.0 KiB)
        byte 0: neither copy of the checkpoint is good (the engine can't open this file)
      /folder/edb00003.log: good; log 3: 254 segments in use, 1,048,576 bytes (1.0 MiB)
      /folder/edb00004.log: DAMAGED; log 4: 253 segments in use, 1 bad, 1,048,576 bytes (1.0 MiB)
        byte 8,192: segment 2 has one flipped bit, bit 2 of byte 7 (memory, disk or network turned one bit: look for the hardware at fault)
      /folder/edb00005.log: good; log 5: 254 segments in use, 1,048,576 bytes (1.0 MiB)
      /folder/edb00006.log: good; log 6: 254 segments in use, 1,048,576 bytes (1.0 MiB)

      /folder:
        CA.edb: DAMAGED: don't restore or start it as it is
          log 4 is damaged
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "error: 3 files are damaged
      hint:  Delete and truncate nothing, and keep all earlier backups. Copy the files aside, find out what the storage did to them, and restore from a backup that is good.
      "
    `);
    expect(exitCode).toBe(14);
  });

  const needs = 'needs logs 3 to 5 (edb00003.log to edb00005.log)';
  const dirty = `was not shut down cleanly, ${needs}`;

  it.each<[string, Record<string, Buffer>, { readonly exitCode: number; readonly words: readonly string[] }]>([
    [
      'a dirty database, all logs there',
      { 'CA.edb': dirtyDatabase, ...logFiles(3, 4), 'edb.log': logOf(5) },
      { exitCode: 0, words: [`CA.edb: ${dirty}: all there and good`] },
    ],
    [
      'a dirty database, the current log lost',
      { 'CA.edb': dirtyDatabase, ...logFiles(3, 4) },
      {
        exitCode: 14,
        words: [
          `CA.edb: can be recovered up to log 4 ONLY, what came later is lost: ${dirty}`,
          '  log 5 is missing (edb00005.log, or edb.log)',
        ],
      },
    ],
    [
      'a dirty database, a log lost that it needs',
      { 'CA.edb': dirtyDatabase, ...logFiles(3, 5) },
      {
        exitCode: 14,
        words: [`CA.edb: CAN'T BE RECOVERED from what is here: ${dirty}`, '  log 4 is missing (edb00004.log)'],
      },
    ],
    [
      'a dirty database alone',
      { 'CA.edb': dirtyDatabase },
      {
        exitCode: 14,
        words: [
          `CA.edb: CAN'T BE RECOVERED from what is here: ${dirty}`,
          '  logs 3 to 4 are missing (edb00003.log to edb00004.log)',
          '  log 5 is missing (edb00005.log, or edb.log)',
        ],
      },
    ],
    [
      'a clean database alone',
      { 'CA.edb': cleanDatabase },
      { exitCode: 0, words: ['CA.edb: was shut down cleanly, needs no logs'] },
    ],
    [
      'a backup with a gap above what it needs',
      { 'CA.edb': streamingCopy, ...logFiles(3, 4, 5, 7) },
      {
        exitCode: 14,
        words: [
          `CA.edb: can be recovered up to log 5 ONLY, what came later is lost: a backup, ${needs}`,
          '  log 6 is missing (edb00006.log)',
        ],
      },
    ],
    [
      'logs alone',
      logFiles(4, 5, 6),
      {
        exitCode: 0,
        words: ['no database; logs 4 to 6 (edb00004.log to edb00006.log) follow each other without a gap'],
      },
    ],
    ['one log alone', logFiles(4), { exitCode: 0, words: ['no database; log 4 (edb00004.log) is good'] }],
    [
      'logs alone, with a gap',
      logFiles(3, 5),
      {
        exitCode: 14,
        words: [
          'no database; of logs 3 to 5 (edb00003.log to edb00005.log) not all are there or fit each other',
          '  log 4 is missing (edb00004.log)',
        ],
      },
    ],
  ])('judges %s', async (_, files, { exitCode, words }) => {
    const result = await check(await folderWith(files));
    const [, verdict = ''] = result.stdout.split('\n\n/folder:\n');
    expect(verdict.trimEnd().split('\n')).toEqual(words.map((line) => `  ${line}`));
    expect(result.stderr.startsWith("error: logs are missing or don't fit in /folder\n")).toBe(exitCode === 14);
    expect(result.exitCode).toBe(exitCode);
  });

  it('does not blame a file that is named by itself for logs that were not named', async () => {
    const folder = await folderWith({ 'CA.edb': streamingCopy, ...logFiles(3, 4, 5) });
    const alone = await check(folder, 'CA.edb');
    expect(alone.exitCode).toBe(0);
    expect(verdictIn(alone)).toBe(
      'CA.edb: a backup, needs logs 3 to 5 (edb00003.log to edb00005.log): ' +
        'not all of them were named; name the folder to have them checked',
    );
    const together = await check(folder, 'edb00005.log', 'CA.edb', 'edb00003.log', 'edb00004.log');
    expect(verdictIn(together)).toMatch(/all there and good$/);
    expect(together.exitCode).toBe(0);
  });

  it('takes the logs from another folder that was named, if they are of the database', async () => {
    const [database, logs] = [await folderWith({ 'CA.edb': dirtyDatabase }), await folderWith(logFiles(3, 4, 5))];
    const both = await cli(['ese', 'check', database, logs]);
    expect(both.stdout).toContain('CA.edb: was not shut down cleanly, needs logs 3 to 5');
    expect(both.stdout).toContain('no database; logs 3 to 5 (edb00003.log to edb00005.log) follow each other');
    expect(both.exitCode).toBe(0);
    const foreign = await folderWith({ 'edb.log': Buffer.alloc(4096) });
    expect((await cli(['ese', 'check', database, foreign])).exitCode).toBe(14);
  });

  it('shows harmless findings without calling the file damaged', async () => {
    const folder = await folderWith({ 'CA.edb': withFlippedBit(cleanDatabase, 100) });
    const { exitCode, stdout } = await check(folder);
    expect(stdout).toContain('/folder/CA.edb: good;');
    expect(stdout).toContain("  byte 0: harmless: the header is bad, its shadow isn't (");
    expect(exitCode).toBe(0);
  });

  it('counts findings beyond the first hundred', async () => {
    const folder = await folderWith({ 'edb00003.log': logOf(3).fill(1, 4096 * 3, 4096 * 120) });
    const { stdout } = await check(folder);
    expect(stdout).toContain('\n  and 17 more findings\n');
    expect(stdout).toContain('no database, and no log that is good');
  });

  it('tells at most ten faults of logs', async () => {
    const files = { 'CA.edb': streamingCopy, ...logFiles(3, 4, 5, 6, 7) };
    const other = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`edb0001${index.toString(16)}.log`, Buffer.alloc(4096)]),
    );
    const { stdout } = await check(await folderWith({ ...files, ...other }));
    expect(stdout).toContain('can be recovered up to log 7 ONLY, what came later is lost: a backup, needs logs 3 to 5');
    expect(stdout).toContain('\n    and 2 more faults\n');
  });

  it('gives up on what is no file, and on a folder with nothing to check', async () => {
    expect(await check(await folderWith({ 'letter.txt': Buffer.from('text') }))).toEqual({
      exitCode: 2,
      stdout: '/folder/letter.txt: not checked; not recognised as a database, log, checkpoint or flush map\n',
      stderr: 'error: there is nothing to check in /folder\nhint:  Name the folder with the .edb and .log files.\n',
    });
    expect((await check(await folderWith({}))).exitCode).toBe(2);
    const loose = await folderWith({ 'letter.txt': Buffer.from('text') });
    expect((await check(loose, 'letter.txt')).exitCode).toBe(0);
  });

  it('reads nothing when one of the paths is not there', async () => {
    const folder = await folderWith({ 'CA.edb': cleanDatabase });
    const { exitCode, stdout, stderr } = await check(folder, 'CA.edb', '*.log');
    expect(stderr).toContain("error: /folder/*.log isn't there: ENOENT");
    expect(stderr).toContain('wildcards such as *.edb are not expanded');
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('changes nothing', async () => {
    const folder = await folderWith({ 'CA.edb': withFlippedBit(streamingCopy, 9000), ...logFiles(3) });
    const before = await stat(join(folder, 'CA.edb'));
    await check(folder);
    expect(await readdir(folder)).toEqual(['CA.edb', 'edb00003.log']);
    expect(await readFile(join(folder, 'edb00003.log'))).toEqual(logOf(3));
    expect((await stat(join(folder, 'CA.edb'))).mtimeMs).toBe(before.mtimeMs);
  });

  it.skipIf(process.platform === 'win32')(
    'goes on after a file that it cannot read, and fails at the end',
    async () => {
      const folder = await folderWith({ 'CA.edb': cleanDatabase });
      await symlink(join(folder, 'missing'), join(folder, 'edb.log'));
      expect(spawnSync(makePipe, [join(folder, 'edb.chk')]).status).toBe(0);
      const { exitCode, stdout, stderr } = await check(folder);
      expect(stdout).toContain('/folder/CA.edb: good');
      expect(stdout).toContain('/folder/edb.chk: not checked; no file\n');
      expect(stdout).toContain("/folder/edb.log: NOT READ; /folder/edb.log can't be read: ENOENT");
      expect(stderr).toContain('hint:  Where Certificate Services has it open, check a backup');
      expect(exitCode).toBe(1);
      const [first] = jsonLines((await cli(['ese', 'check', join(folder), '--json'])).stdout).filter(
        ({ state }) => state === 'unreadable',
      );
      expect(first).toMatchObject({ type: 'file-checked', path: join(folder, 'edb.log') });
    },
  );

  it('reads files larger than its buffers, and stops at Ctrl-C', async () => {
    const folder = await folderWith({ 'CA.edb': dirtyDatabase, ...logFiles(3, 4, 5), 'A.edb': cleanDatabase });
    const path = join(folder, 'CA.edb');
    await truncate(path, 64 * 1024 * 1024 + 4096);
    const { stdout, exitCode } = await check(folder);
    expect(stdout).toContain('6 good, 16,377 never used, 67,112,960 bytes');
    expect(exitCode).toBe(0);
    await truncate(path, 2 ** 38);
    const child = startCli(['ese', 'check', folder, '--json']);
    const ended = resultOf(child);
    // The first file is done: now comes the one that has no end.
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await ended).toMatchObject({ exitCode: process.platform === 'win32' ? null : 130 });
  });

  it('prints what programs read', async () => {
    const folder = await folderWith({ 'CA.edb': withFlippedBit(streamingCopy, 3 * 4096 + 100), ...logFiles(3, 5) });
    const lines = jsonLines((await cli(['ese', 'check', folder, '--json'])).stdout);
    expect(lines).toMatchObject([
      { type: 'file-finding', code: 'page-bit-flipped', severity: 'error', offset: 12288, number: 2, flippedBit: 802 },
      { type: 'file-checked', state: 'damaged', kind: 'database', findings: 1, database: { pages: { bad: 1 } } },
      { type: 'file-checked', state: 'good', kind: 'log', log: { generation: 3, segments: { current: 254 } } },
      { type: 'file-checked', state: 'good', kind: 'log', log: { generation: 5 } },
      { type: 'folder-finding', database: 'CA.edb', code: 'log-missing', generation: 4, throughGeneration: 4 },
      { type: 'folder-checked', isLoose: false, findings: 1, databases: [{ state: 'damaged', lastUsable: 3 }] },
      { type: 'error', code: 'integrity-failed' },
      { type: 'run-ended', command: 'ese check', exitCode: 14 },
    ]);
  });
});
