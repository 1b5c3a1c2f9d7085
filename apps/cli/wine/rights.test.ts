import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, machine, newCa, newFolder } from './windows.ts';

/**
 * Who reaches files that the executable makes, and which files it doesn't trust. Wine keeps a list of rights as the mode
 * of the file on this machine: Everyone's part are the bits of others.
 */

const forOthers = 0o007;

async function isClosed(path: string): Promise<boolean> {
  return ((await stat(path)).mode & forOthers) === 0;
}

describe('what the executable makes', () => {
  it('closes the folders of a new repository and of a restore to others', async () => {
    await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    const backup = await adcsBackup(['backup', sink.path, '--type', 'full', '--json']);
    expect(backup.code, backup.stdout).toBe(0);
    for (const name of ['sets', 'data']) expect(await isClosed(join(sink.here, name)), name).toBe(true);
    expect(await isClosed(sink.here)).toBe(false);
    const to = `${target.path}\\below\\CA`;
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', to, '--json']);
    expect(restore.code, restore.stdout).toBe(0);
    for (const name of ['', 'DataBase', 'DynamicFiles']) {
      expect(await isClosed(join(target.here, 'below', 'CA', name)), name).toBe(true);
    }
    expect(await isClosed(join(target.here, 'below'))).toBe(false);
  });

  it('restores into a folder that is there, and leaves its rights as they are', async () => {
    await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    await adcsBackup(['backup', `${sink.path.replaceAll('\\', '/')}`, '--type', 'full']);
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', target.path, '--json']);
    expect(restore.code, restore.stdout).toBe(0);
    expect(await isClosed(target.here)).toBe(false);
    expect(await isClosed(join(target.here, 'DataBase'))).toBe(true);
  });

  it.each([
    ['signs', ['--signing'], '--signing-key'],
    ['reads', [], '--identity'],
  ])('closes a new private key that %s, and uses it', async (_what, flags, flag) => {
    const folder = await newFolder('Keys');
    const key = `${folder.path}\\private.key`;
    const made = await adcsBackup(['keys', 'generate', ...flags, '--output', key, '--json']);
    expect(made.code, made.stdout).toBe(0);
    const path = join(folder.here, 'private.key');
    expect(await isClosed(path)).toBe(true);
    const use = (): Promise<{ stdout: string }> => adcsBackup(['doctor', flag, key, '--json']);
    expect((await use()).stdout).not.toContain('key-unusable');
  });
});

describe('what others can reach', () => {
  it('is no signing key', async () => {
    const folder = await newFolder('Keys');
    const key = `${folder.path}\\signing.key`;
    await adcsBackup(['keys', 'generate', '--signing', '--output', key]);
    await chmod(join(folder.here, 'signing.key'), 0o644);
    const { stdout } = await adcsBackup(['doctor', '--signing-key', key, '--json']);
    const check = jsonLines(stdout).find(({ name }) => name === 'signing key');
    expect(check).toMatchObject({
      status: 'failed',
      code: 'key-unusable',
      message: `${key} can be read by Everyone`,
      hint: expect.stringMatching(
        /^Close it: icacls "C:\\Keys\\signing\.key" \/inheritance:r .* \/remove "\*S-1-1-0"\./,
      ),
    });
  });

  it.each([
    ['file', 'can be changed by Everyone'],
    ['folder', 'is in a folder that can be changed by Everyone'],
  ])('is no configuration: its %s is open', async (open, message) => {
    // Where %ProgramData% is, whatever the environment says: Wine takes that from its registry.
    const folder = join(machine.driveC, 'ProgramData', 'adcs-backup');
    await mkdir(folder);
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'config.json');
    await writeFile(file, '{}');
    const sink = await newFolder('Backups');
    const run = () => adcsBackup(['list', sink.path, '--json']);
    expect((await run()).code).toBe(0);
    await chmod(open === 'file' ? file : folder, 0o777);
    const { code, stdout } = await run();
    expect(code).toBe(2);
    expect(stdout).toContain(message);
    expect(stdout).toContain('icacls');
  });
});
