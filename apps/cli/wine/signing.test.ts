import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '@adcs-backup/wine';
import { expect, it } from 'vitest';
import { packageFolder } from './built-executable.ts';
import { machine, newCa, newFolder } from './windows.ts';

/** Signing is for whoever hands the files out: it must be possible, and change nothing. */

it('both files can be signed after the build, and then do what they did', async () => {
  await newCa();
  const program = await newFolder('Signed');
  const at = (name: string) => join(program.here, name);
  await cp(packageFolder, program.here, { recursive: true });
  const subject = ['-subj', '/CN=Test', '-addext', 'extendedKeyUsage=codeSigning', '-days', '2'];
  await execute('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-noenc',
    ...subject,
    '-keyout',
    at('key'),
    '-out',
    at('cert'),
  ]);
  for (const name of ['adcs-backup.exe', 'koffi.node']) {
    await copyFile(at(name), at('unsigned'));
    await execute('osslsigncode', [
      'sign',
      '-certs',
      at('cert'),
      '-key',
      at('key'),
      '-in',
      at('unsigned'),
      '-out',
      `${at(name)}.signed`,
    ]);
    await execute('osslsigncode', ['verify', '-CAfile', at('cert'), '-in', `${at(name)}.signed`]);
    await copyFile(`${at(name)}.signed`, at(name));
  }
  const { code, stdout } = await machine.run(`${program.path}\\adcs-backup.exe`, ['doctor']);
  expect(code, stdout).toBe(0);
});
