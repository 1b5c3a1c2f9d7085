import { AdcsBackupError, type LogFolder } from '@adcs-backup/core';
import { type ScriptedCa, ScriptedCertSrv } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';

async function opened(ca: ScriptedCa): Promise<ScriptedCertSrv> {
  const certSrv = new ScriptedCertSrv(ca);
  await certSrv.open();
  return certSrv;
}

test('a scripted session for logs only has no list of databases', async () => {
  const certSrv = await opened({ databases: { 'CA.edb': new Uint8Array(10) } });
  const session = await certSrv.prepareBackup('ca01', 'logs-only');
  await expect(session.databaseFiles()).rejects.toThrow('databaseFiles in a session for logs only');
});

test('a script without a name is of a CA that has one all the same', async () => {
  const session = await (await opened({})).prepareBackup('ca01', 'full');
  const { entries } = await session.databaseLocations();
  expect(entries).toEqual([{ kind: 'database', path: '\\\\ca01\\C$\\CertLog\\Test CA.edb' }]);
});

test('a script may be another one in each session, and goes back to what it was', async () => {
  const logs = { 'edb00001.log': new Uint8Array(1) };
  const later = { 'edb00002.log': new Uint8Array(2) };
  const certSrv = await opened({ logs, prepare: (type) => (type === 'full' ? {} : { logs: later }) });
  const listed: string[] = [];
  for (const type of ['logs-only', 'full'] as const) {
    const session = await certSrv.prepareBackup('ca01', type);
    listed.push(...(await session.logFiles()).map(({ name }) => name));
    await session.end();
  }
  expect(listed).toEqual(['edb00002.log', 'edb00001.log']);
});

test('a scripted session that is refused was never open', async () => {
  const prepare = (): never => {
    throw new AdcsBackupError('full-backup-missing', 'a full backup must come first');
  };
  const certSrv = await opened({ prepare });
  await expect(certSrv.prepareBackup('ca01', 'logs-only')).rejects.toMatchObject({ code: 'full-backup-missing' });
  expect(certSrv.sessionOpen).toBe(false);
});

test('a script says what lies in the log folder at each look', async () => {
  const looks: LogFolder[] = [
    { readable: true, path: 'L:\\', logCount: 9, logBytes: 9, freeBytes: 1, volumeBytes: 2 },
    { readable: false, path: 'L:\\', reason: 'denied' },
  ];
  const left = [...looks];
  const certSrv = await opened({
    logFolder: () => left.shift() ?? { readable: false, path: '', reason: 'asked again' },
  });
  const session = await certSrv.prepareBackup('ca01', 'full');
  expect([await session.listLogFolder(), await session.listLogFolder()]).toEqual(looks);
});
