import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stateDigest } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa, newFolder, type WindowsFolder } from './windows.ts';

/** Sets that build on one another, as somebody takes, looks at, copies and restores them on Windows. */

async function backUp(sink: WindowsFolder, ...flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { code, stdout, stderr } = await adcsBackup(['backup', sink.path, '--truncate-logs', '--json', ...flags]);
  expect(code, stderr).toBe(0);
  return jsonLines(stdout).find(({ type }) => type === 'backup-ended') ?? {};
}

async function labelsIn(sink: WindowsFolder): Promise<unknown[]> {
  const { code, stdout } = await adcsBackup(['list', sink.path, '--json']);
  expect(code, stdout).toBe(0);
  return jsonLines(stdout).flatMap(({ type, label }) => (type === 'set-listed' ? [label] : []));
}

describe('a full set and logs after it', () => {
  it('truncate, are listed, shown, copied and verified, and bring the CA back to its last log', async () => {
    const { ca } = await newCa();
    const [sink, second, target] = [await newFolder('Backups'), await newFolder('Second'), await newFolder('Restored')];
    const full = await backUp(sink, '--type', 'auto');
    expect(full).toMatchObject({ setType: 'full', sound: true, isTruncated: true });
    await ca.issueCertificates({ changedPages: 4, logs: 2 });
    const before = await readdir(ca.logFolder);
    const logs = await backUp(sink, '--type', 'auto');
    expect(logs).toMatchObject({ setType: 'logs-only', chain: full['chain'], isTruncated: true });
    expect(await readdir(ca.logFolder)).not.toEqual(expect.arrayContaining(before));
    await ca.issueCertificates({ changedPages: 4, logs: 1 });
    const last = await backUp(sink, '--type', 'logs-only');
    const state = await stateDigest(ca);
    expect(await labelsIn(sink)).toEqual([full, logs, last].map(({ label }) => label));

    const show = await adcsBackup(['show', sink.path, 'latest']);
    expect(show.stdout).toContain('Restorable: yes');
    const copy = await adcsBackup(['copy', sink.path, second.path]);
    expect(copy.code, copy.stderr).toBe(0);
    expect(await labelsIn(second)).toEqual(await labelsIn(sink));
    const verify = await adcsBackup(['verify', second.path, '--read-data', '--ese']);
    expect(verify.code, `${verify.stdout}${verify.stderr}`).toBe(0);

    const restore = await adcsBackup(['restore', second.path, 'latest', '--to', `${target.path}\\CA`]);
    expect(restore.code, restore.stderr).toBe(0);
    expect(restore.stdout).toContain(`certutil -f -restoreDB ${target.path}\\CA`);
    await ca.issueCertificates({ changedPages: 4, logs: 1 });
    expect(await stateDigest(ca)).not.toEqual(state);
    await ca.restoreFrom(join(target.here, 'CA', 'DataBase'));
    expect(await stateDigest(ca)).toEqual(state);
  });

  it('lie in a folder each when certutil is to take them one by one', async () => {
    const { ca } = await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    await backUp(sink);
    await ca.issueCertificates({ changedPages: 4, logs: 2 });
    await backUp(sink, '--type', 'logs-only');
    const to = `${target.path}\\CA`;
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', to, '--layout', 'per-set']);
    expect(restore.code, restore.stderr).toBe(0);
    const folders = await readdir(join(target.here, 'CA'), { recursive: true });
    expect(folders.filter((name) => name.endsWith('DataBase'))).toHaveLength(2);
    expect(folders.filter((name) => name.endsWith('.edb'))).toHaveLength(1);
  });
});
