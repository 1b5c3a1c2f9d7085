import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';
import { describe, expect, test } from 'vitest';
import { generateIdentity } from '../src/generate-identity.ts';
import { generateSigningKey } from '../src/generate-signing-key.ts';
import { readPublicFile, readSecretFile } from '../src/read-key-file.ts';
import { everythingIn, refusal } from './refusal.ts';
import { newFolder } from './temp-folder.ts';

async function newFile(content: string | Uint8Array, mode: number): Promise<string> {
  const path = join(await newFolder(), 'key.txt');
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

test.each([0o600, 0o400])('reads a private key that only its owner can read (mode %o)', async (mode) => {
  expect(await readSecretFile(await newFile('key\n', mode))).toBe('key\n');
});

test('reads what a shell wrote in UTF-16', async () => {
  expect(await readSecretFile(await newFile(Buffer.from('\ufeffkey', 'utf16le'), 0o600))).toBe('key');
});

const reason = process.platform === 'win32' ? ' (skipped: Windows has no modes)' : '';

describe.skipIf(reason !== '')(`a private key that others can reach${reason}`, () => {
  test.each([0o640, 0o604, 0o620, 0o610, 0o777])('is refused with mode %o', async (mode) => {
    const path = await newFile('key', mode);
    const { message, hint } = await refusal(() => readSecretFile(path));
    expect(message).toBe(`${path} is open to others than its owner (mode ${mode.toString(8)})`);
    expect(hint).toContain(`chmod 600 ${path}`);
  });
});

describe('where another check than the mode is passed in', () => {
  test('what it says is refused, and the key is not read', async () => {
    const path = await newFile('key', 0o600);
    const refuseReadable = (asked: string): Promise<never> =>
      Promise.reject(new AdcsBackupError('key-unusable', `${asked} can be read by BUILTIN\\Users`));
    const { message } = await refusal(() => readSecretFile(path, { refuseReadable }));
    expect(message).toBe(`${path} can be read by BUILTIN\\Users`);
  });

  test('it decides alone', async () => {
    const path = await newFile('key', 0o644);
    expect(await readSecretFile(path, { refuseReadable: async () => undefined })).toBe('key');
  });

  test('a check that fails is no permission', async () => {
    const path = await newFile('key', 0o600);
    const refuseReadable = (): Promise<never> => Promise.reject(new Error('EPERM: access'));
    const { message } = await refusal(() => readSecretFile(path, { refuseReadable }));
    expect(message).toBe(`${path} can't be read: EPERM: access`);
  });
});

test('public keys may be read by everybody', async () => {
  expect(await readPublicFile(await newFile('key', 0o644))).toBe('key');
});

test('says why a file cannot be read', async () => {
  const folder = await newFolder();
  await chmod(folder, 0o700);
  const missing = await refusal(() => readSecretFile(join(folder, 'none')));
  expect(missing.message).toMatch(/none can't be read: ENOENT/);
  expect(missing.cause).toBeInstanceOf(Error);
  await mkdir(join(folder, 'sub'), { mode: 0o700 });
  expect((await refusal(() => readSecretFile(join(folder, 'sub')))).message).toMatch(/sub can't be read: EISDIR/);
});

test('a file that is no list of keys is not taken into memory', async () => {
  const path = await newFile(Buffer.alloc(1024 ** 2 + 1), 0o600);
  expect((await refusal(() => readPublicFile(path))).message).toBe(`${path} is too large to be a key file`);
});

test('a key in place of a path is refused, and not shown', async () => {
  const secret = (await generateIdentity()).file.trim().split('\n').at(-1) ?? '';
  const signing = generateSigningKey().secretFile.split('\n')[1] ?? '';
  for (const key of [secret, signing]) {
    for (const read of [readSecretFile, readPublicFile]) {
      const error = await refusal(() => read(key));
      expect(error.message).toBe('a private key stands where the path of a file belongs');
      expect(everythingIn(error)).not.toContain(key.slice(20, 30));
    }
  }
});
