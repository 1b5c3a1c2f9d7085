import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '@adcs-backup/wine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, machine, newCa, newFolder } from './windows.ts';

/** What the executable says of a Certadm.dll that it can't use: in the system directory, and named. */

const i386 = 0x14c;

/** A library as the system's Certadm.dll, gone after the test. */
async function asSystemLibrary(path: string): Promise<void> {
  const system = join(machine.systemDirectory, 'certadm.dll');
  await copyFile(path, system);
  onTestFinished(() => rm(system));
}

/** A library of a function that nobody asks for. */
async function otherLibrary(folder: string): Promise<string> {
  const source = join(folder, 'other.c');
  await writeFile(source, '__declspec(dllexport) int CertSrvBackupEnd(void) { return 0; }\n');
  const library = join(folder, 'other.dll');
  await execute('x86_64-w64-mingw32-gcc', ['-shared', '-o', library, source]);
  return library;
}

/** The same library with a header that says 32 bits. */
async function as32Bit(library: string): Promise<string> {
  const file = await readFile(library);
  file.writeUInt16LE(i386, file.readUInt32LE(0x3c) + 4);
  await writeFile(`${library}.x86.dll`, file);
  return `${library}.x86.dll`;
}

async function outcomes(named: readonly string[] = []): Promise<{ backup: object; doctor: object }> {
  const sink = await newFolder('Backups');
  const backup = await adcsBackup(['backup', sink.path, '--json', ...named]);
  const doctor = await adcsBackup(['doctor', '--json', ...named]);
  expect([backup.code, doctor.code]).toEqual([20, 20]);
  return {
    backup: jsonLines(backup.stdout).find(({ type }) => type === 'error') ?? {},
    doctor: jsonLines(doctor.stdout).find(({ status }) => status === 'failed') ?? {},
  };
}

describe("a system directory whose Certadm.dll can't be used", () => {
  it('has none', async () => {
    const { backup, doctor } = await outcomes();
    const expected = {
      code: 'library-missing',
      message: 'C:\\windows\\system32\\certadm.dll: not found',
      hint: expect.stringContaining('Install-WindowsFeature'),
    };
    expect(backup).toMatchObject(expected);
    expect(doctor).toMatchObject({ name: 'library', ...expected });
  });

  it('has one of 32 bits', async () => {
    const folder = await newFolder('Libraries');
    await asSystemLibrary(await as32Bit(await otherLibrary(folder.here)));
    const { backup, doctor } = await outcomes();
    const message = expect.stringMatching(/^C:\\windows\\system32\\certadm\.dll: cannot load/);
    expect(backup).toMatchObject({ code: 'library-missing', message, hint: expect.stringMatching(/\w/) });
    expect(doctor).toMatchObject({ name: 'library', code: 'library-missing', message });
  });

  it('has one without the functions, all of which are named', async () => {
    const folder = await newFolder('Libraries');
    await asSystemLibrary(await otherLibrary(folder.here));
    const { backup, doctor } = await outcomes();
    const message = expect.stringMatching(/certadm\.dll has no export CertSrvIsServerOnlineW, .*, CertSrvBackupFree$/);
    expect(backup).toMatchObject({ code: 'export-missing', message, hint: expect.stringContaining('Certadm.dll') });
    expect(doctor).toMatchObject({ name: 'exports', code: 'export-missing', message });
  });
});

describe('a library that was named', () => {
  it('is taken by its path, and its sets say so', async () => {
    const { ca, library } = await newCa();
    const sink = await newFolder('Backups');
    await rm(join(machine.systemDirectory, 'certadm.dll'));
    onTestFinished(() => writeFile(join(machine.systemDirectory, 'certadm.dll'), ''));
    const { code, stdout } = await adcsBackup(['backup', sink.path, '--certadm', library, '--json']);
    expect(code, stdout).toBe(0);
    const ended = jsonLines(stdout).find(({ type }) => type === 'backup-ended');
    expect(ended).toMatchObject({ library: { path: library, isSystem: false } });
    expect((await ca.report()).sessions).toEqual({ begun: 1, left: 0 });
  });

  it('must be there, and a library', async () => {
    const folder = await newFolder('Libraries');
    await writeFile(join(folder.here, 'text.dll'), 'no library');
    const missing = await outcomes(['--certadm', 'C:\\Libraries\\none.dll']);
    expect(missing.backup).toMatchObject({ code: 'library-missing', message: 'C:\\Libraries\\none.dll: not found' });
    await rm(join(machine.driveC, 'Backups'), { recursive: true });
    const text = await outcomes(['--certadm', 'C:\\Libraries\\text.dll']);
    expect(text.backup).toMatchObject({ code: 'library-missing', hint: expect.stringContaining('Check the path') });
  });
});
