import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportNames } from '../src/binding/prototypes.ts';
import { openCertSrv, probeCertadm } from '../src/index.ts';
import { newCa } from './stand-in.ts';

describe('a library without some of the exports', () => {
  it('is refused, with the names of those that are missing', async () => {
    const library = await compile(exportNames.filter((name) => !missing.includes(name)));
    await expect(openCertSrv({ library })).rejects.toMatchObject({
      code: 'export-missing',
      message: `${library} has no export CertSrvBackupRead, CertSrvBackupEnd`,
    });
  });

  it('is probed as what it is', async () => {
    const library = await compile(['CertSrvBackupFree']);
    expect(await probeCertadm({ library })).toMatchObject({
      path: library,
      presentExports: ['CertSrvBackupFree'],
      missingExports: exportNames.filter((name) => name !== 'CertSrvBackupFree'),
      problem: { code: 'export-missing' },
    });
  });

  const missing = ['CertSrvBackupRead', 'CertSrvBackupEnd'];
});

describe('probeCertadm', () => {
  it('finds all exports without calling any', async () => {
    const ca = await newCa();
    const probe = await probeCertadm({ library: ca.library });
    expect(probe).toEqual({
      path: ca.library,
      isSystem: false,
      presentExports: exportNames,
      missingExports: [],
      privilege: 'not-applicable',
    });
    expect(await ca.report()).toMatchObject({ calls: [], unloads: 0 });
  });

  it('reports a missing library as data', async () => {
    expect(await probeCertadm({ library: '/nowhere/certadm.dll' })).toEqual({
      path: '/nowhere/certadm.dll',
      isSystem: false,
      presentExports: [],
      missingExports: [],
      privilege: 'not-applicable',
      problem: {
        code: 'library-missing',
        message: '/nowhere/certadm.dll: not found',
        hint: expect.stringContaining('Check the path'),
      },
    });
  });

  it('reports a platform without Certadm as data', async () => {
    expect(await probeCertadm()).toMatchObject({ presentExports: [], problem: { code: 'unsupported-platform' } });
  });
});

async function compile(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'few-exports-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const library = join(folder, 'few-exports.so');
  await writeFile(join(folder, 'few-exports.c'), names.map((name) => `void ${name}(void) {}\n`).join(''));
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-o', library, join(folder, 'few-exports.c')]);
  return library;
}
