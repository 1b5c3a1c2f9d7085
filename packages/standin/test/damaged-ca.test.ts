import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCa } from '../src/index.ts';
import { messageOf } from '../src/message-of.ts';
import { temporaryCa, temporaryFolder } from './temporary-ca.ts';

describe('files that are no CA', () => {
  it('are not opened as one', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'state.txt'), 'name=CA\n');
    await expect(openCa(folder)).rejects.toThrow('is not a stand-in CA: its state names no database');
  });

  it('can issue nothing, and remember no snapshot', async () => {
    const ca = await temporaryCa();
    await writeFile(ca.databasePath, Buffer.alloc(65_536));
    await expect(ca.issueCertificates()).rejects.toThrow('is not an ESE database');
    await expect(ca.takeSnapshot()).rejects.toThrow('is not an ESE database');
  });

  it('has a library for Windows or for this system', async () => {
    const ca = await temporaryCa();
    expect(basename(ca.library)).toBe('certadm.so');
    await rename(ca.library, join(ca.folder, 'certadm.dll'));
    expect(basename((await openCa(ca.folder)).library)).toBe('certadm.dll');
  });

  it.each([0, 1])('cannot go on with a log that is none, %i logs to close', async (logs) => {
    const ca = await temporaryCa();
    await writeFile(join(ca.logFolder, 'edb.log'), Buffer.alloc(65_536));
    await expect(ca.issueCertificates({ logs })).rejects.toThrow('edb.log is not a log');
  });

  it('have no record: one that cannot be read is not taken for an empty one', async () => {
    const ca = await temporaryCa();
    const record = join(ca.folder, 'record.txt');
    expect(await ca.report()).toMatchObject({ calls: [], sessions: { begun: 0, left: 0 } });
    await writeFile(record, 'overlap 1 2 CertSrvBackupRead\nhang 1 2 CertSrvBackupEnd\n');
    expect(await ca.report()).toMatchObject({ hung: ['CertSrvBackupEnd'], overlapping: ['CertSrvBackupRead'] });
    await rm(record);
    await mkdir(record);
    await expect(ca.report()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('the text of what was thrown', () => {
  it('is there for errors and for anything else', () => {
    expect([messageOf(new Error('a')), messageOf('b')]).toEqual(['a', 'b']);
  });
});
