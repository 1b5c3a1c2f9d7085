import type { BackupSession } from '@adcs-backup/core';
import { type ScriptedCa, ScriptedCertSrv } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';

const file = { role: 'database', name: 'CA.edb', path: '\\\\ca01\\C$\\CertLog\\CA.edb' } as const;

async function opened(ca: ScriptedCa = { databases: { 'CA.edb': new Uint8Array(10) } }) {
  const certSrv = new ScriptedCertSrv(ca);
  await certSrv.open();
  return { certSrv, session: await certSrv.prepareBackup('ca01', 'full') };
}

async function textOf(name: string, session: BackupSession): Promise<string> {
  let text = '';
  for await (const part of session.readDynamicFile(name)) text += Buffer.from(part).toString();
  return text;
}

describe('a scripted CA refuses what Certadm would', () => {
  test('a second session', async () => {
    const { certSrv } = await opened();
    await expect(certSrv.prepareBackup('ca01', 'full')).rejects.toMatchObject({
      code: 'backup-in-progress',
      retryable: true,
    });
  });

  test('calls after the end, and a second end', async () => {
    const { session } = await opened();
    await session.end();
    await expect(session.logFiles()).rejects.toThrow('logFiles without a session');
    await expect(session.end()).rejects.toThrow('end without a session');
  });

  test('other calls while a file is open, and files that it does not list', async () => {
    const { session } = await opened();
    const open = await session.openFile(file);
    await expect(session.logFiles()).rejects.toThrow('logFiles with an open file');
    await open.close();
    await expect(session.openFile({ ...file, name: 'other' })).rejects.toThrow('no file other');
    await expect(textOf('other.crl', session)).rejects.toMatchObject({ code: 'source-unreadable' });
  });
});

describe('a scripted CA', () => {
  test('is given back once, however often', async () => {
    const { certSrv, session } = await opened();
    const open = await session.openFile(file);
    await open.close();
    await open[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    await certSrv[Symbol.asyncDispose]();
    await certSrv[Symbol.asyncDispose]();
    expect(certSrv.calls.filter((call) => ['close', 'end', 'release'].includes(call))).toEqual([
      'close',
      'end',
      'release',
    ]);
    expect(certSrv).toMatchObject({ loaded: false, sessionOpen: false, openFiles: 0 });
  });

  test('may have no files at all', async () => {
    const { session } = await opened({});
    expect(await session.databaseFiles()).toEqual([]);
    expect(await session.logFiles()).toEqual([]);
    expect(await session.dynamicFiles()).toEqual([]);
    expect(await session.listLogFolder()).toMatchObject({ logCount: 0, logBytes: 0 });
  });
});
