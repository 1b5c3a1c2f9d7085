import { execFile } from 'node:child_process';
import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openCa, stateDigest } from '../src/index.ts';
import { loadLibrary } from './library.ts';
import { backUpTo, temporaryFolder } from './temporary-ca.ts';

const command = fileURLToPath(new URL('../src/make-ca.ts', import.meta.url));
const nodeOptions = ['--no-warnings', '--conditions=@adcs-backup/source', command];

function run(folder: string, ...values: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, INIT_CWD: folder };
  return promisify(execFile)(process.execPath, [...nodeOptions, ...values], { env });
}

describe('make-ca', () => {
  it('makes a CA of the size asked for, prints its library, and lets it issue', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const { stdout } = await run(folder, 'ca', '--size', '1MiB', '--name', 'Acme CA', '--logs', '2');
    const ca = await openCa(join(folder, 'ca'));
    expect(stdout).toBe(`${ca.library}\n`);
    expect((await stat(ca.databasePath)).size).toBe(2 ** 20);
    const issued = await run(folder, 'issue', 'ca', '--changed', '5', '--appended', '2', '--logs', '3');
    expect(issued.stdout).toBe(`${ca.folder}: 5 pages changed, 2 added, 3 logs closed\n`);
    expect((await stat(ca.databasePath)).size).toBe(2 ** 20 + 8192);
    await stat(join(ca.logFolder, 'edb00005.log'));
  });

  it('saves, reverts and restores a CA', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    await run(folder, 'ca', '--size', '256KiB');
    const ca = await openCa(join(folder, 'ca'));
    const library = loadLibrary(ca.library);
    await mkdir(join(folder, 'DataBase'));
    await backUpTo(join(folder, 'DataBase'), library);
    library.unload();
    const state = await stateDigest(ca);
    expect((await run(folder, 'save', 'ca', 'saved')).stdout).toBe(
      `${ca.folder} is saved in ${join(folder, 'saved')}\n`,
    );
    for (const verb of [
      ['revert', 'ca', 'saved'],
      ['restore', 'ca', 'DataBase'],
    ]) {
      await ca.issueCertificates({ changedPages: 3 });
      expect(await stateDigest(ca)).not.toBe(state);
      expect((await run(folder, ...verb)).stdout).toMatch(/ is (as it was saved in|restored from) /);
      expect(await stateDigest(ca)).toBe(state);
    }
  });

  it('takes folders from the current one when nobody says where it was started', async () => {
    const folder = await temporaryFolder();
    const { INIT_CWD: _unset, ...env } = process.env;
    const args = [...nodeOptions, 'ca', '--size', '64KiB', '--logs', '0'];
    await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    expect((await openCa(join(folder, 'ca'))).folder).toBe(await realpath(join(folder, 'ca')));
  });

  it.each([
    { values: ['issue'], message: 'exactly one folder is needed' },
    { values: ['save', 'ca'], message: 'exactly two folders are needed' },
    { values: ['a', '--size', '2 GB'], message: 'not a size: 2 GB' },
    { values: ['a', '--seed', 'x'], message: 'not a number: x' },
    { values: ['a', '--target', 'dos'], message: '--target is native or windows' },
  ])('refuses $values', { timeout: 30_000 }, async ({ values, message }) => {
    const folder = await temporaryFolder();
    await expect(run(folder, ...values)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`error: ${message}\nusage: make-ca`),
    });
    await expect(stat(join(folder, 'a'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
