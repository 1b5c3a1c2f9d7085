import { compareRestored } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { version } from '../src/version.ts';
import { jsonLines } from '../test/run-cli.ts';
import { restoredFiles } from './restored.ts';
import { adcsBackup, newCa, newFolder } from './windows.ts';

describe('the executable on Windows', () => {
  it('tells its version and its commands', async () => {
    expect(await adcsBackup(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await adcsBackup(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('back up the CA into one sink or several');
  });

  it('finds the CA by the library of the system directory', async () => {
    await newCa();
    const { code, stdout, stderr } = await adcsBackup(['doctor', '--json']);
    expect(code, stderr).toBe(0);
    const checks = jsonLines(stdout).filter(({ type }) => type === 'check-made');
    expect(checks).toContainEqual(expect.objectContaining({ name: 'platform', status: 'ok', message: 'Windows' }));
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'library', status: 'ok', message: 'C:\\windows\\system32\\certadm.dll' }),
    );
    expect(checks).toContainEqual(expect.objectContaining({ name: 'privilege', status: 'ok' }));
    expect(checks).toContainEqual(expect.objectContaining({ name: 'server', status: 'ok' }));
  });

  it('takes another library by its path, and says so', async () => {
    const { library } = await newCa();
    const { code, stdout, stderr } = await adcsBackup(['doctor', '--certadm', library]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${library} (not from the system's Certadm)`);
  });

  it('ends with 20 where Certadm.dll is missing, with 2 where the command is misspelt', async () => {
    const missing = await adcsBackup(['doctor']);
    expect(missing.stdout).toContain('C:\\windows\\system32\\certadm.dll');
    expect(missing.code).toBe(20);
    const misspelt = await adcsBackup(['bakup']);
    expect(misspelt.stderr).toContain('Did you mean backup?');
    expect(misspelt.code).toBe(2);
  });

  it('backs up to a drive, lists, verifies and restores what was backed up', async () => {
    const { ca } = await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    const backup = await adcsBackup(['backup', sink.path, '--type', 'full', '--truncate-logs', '--json']);
    expect(backup.code, backup.stderr).toBe(0);
    expect(jsonLines(backup.stdout)).toContainEqual(expect.objectContaining({ type: 'set-sealed' }));
    const list = await adcsBackup(['list', sink.path, '--json']);
    expect(jsonLines(list.stdout)).toMatchObject([{ type: 'set-listed' }, { type: 'run-ended', exitCode: 0 }]);
    const verify = await adcsBackup(['verify', sink.path, '--read-data', '--ese']);
    expect(verify.code, `${verify.stdout}${verify.stderr}`).toBe(0);
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', `${target.path}\\CA`, '--json']);
    expect(restore.code, restore.stderr).toBe(0);
    const { digests, sessions } = await ca.report();
    const { identical, differences } = await compareRestored(restoredFiles(restore.stdout), digests, ca.enrollFolder);
    expect(differences).toEqual([]);
    expect(identical.length).toBeGreaterThan(3);
    expect(sessions.left).toBe(0);
  });

  it('encrypts, signs, and opens again what only the private key opens', async () => {
    const { ca } = await newCa();
    const [sink, keys, target] = [await newFolder('Backups'), await newFolder('Keys'), await newFolder('Restored')];
    const [identity, signingKey] = [`${keys.path}\\recovery.key`, `${keys.path}\\ca.key`];
    const made = await adcsBackup(['keys', 'generate', '--post-quantum', '--output', identity, '--json']);
    const recipient = jsonLines(made.stdout).find(({ type }) => type === 'key-generated')?.['publicKey'];
    await adcsBackup(['keys', 'generate', '--signing', '--output', signingKey]);
    const flags = ['--recipient', String(recipient), '--signing-key', signingKey, '--signed-by', `${signingKey}.pub`];
    const backup = await adcsBackup(['backup', sink.path, ...flags, '--type', 'full']);
    expect(backup.code, backup.stderr).toBe(0);
    const restore = ['restore', sink.path, 'latest', '--to', `${target.path}\\CA`, '--signed-by', `${signingKey}.pub`];
    expect((await adcsBackup(restore)).code).toBe(2);
    const opened = await adcsBackup([...restore, '--identity', identity, '--json']);
    expect(opened.code, opened.stderr).toBe(0);
    const { digests } = await ca.report();
    const { differences } = await compareRestored(restoredFiles(opened.stdout), digests, ca.enrollFolder);
    expect(differences).toEqual([]);
  });
});
