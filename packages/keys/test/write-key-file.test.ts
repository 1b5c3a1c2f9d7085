import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecretFile } from '../src/read-key-file.ts';
import { writePublicFile, writeSecretFile } from '../src/write-key-file.ts';
import { refusal } from './refusal.ts';
import { newFolder } from './temp-folder.ts';

test('a private key can be read by its owner alone', async () => {
  const path = join(await newFolder(), 'key');
  await writeSecretFile(path, 'secret\n');
  expect(await readSecretFile(path)).toBe('secret\n');
});

const reason = process.platform === 'win32' ? ' (skipped: Windows has no modes)' : '';

test.skipIf(reason !== '')(`a public key can be read by others${reason}`, async () => {
  const path = join(await newFolder(), 'key.pub');
  await writePublicFile(path, 'public\n');
  expect((await stat(path)).mode & 0o777).toBe(0o644 & ~process.umask());
});

test('a private key is written into the file that another hand made', async () => {
  const path = join(await newFolder(), 'key');
  await writeSecretFile(path, 'secret\n', { makeFile: (made) => writeFile(made, '', { flag: 'wx', mode: 0o400 }) });
  expect(await readFile(path, 'utf8')).toBe('secret\n');
  expect((await stat(path)).mode & 0o777).toBe(0o400);
});

test('no key is replaced by another hand either', async () => {
  const path = join(await newFolder(), 'key');
  await writeSecretFile(path, 'first');
  const makeFile = (made: string): Promise<void> => writeFile(made, '', { flag: 'wx' });
  const { message } = await refusal(() => writeSecretFile(path, 'second', { makeFile }));
  expect(message).toBe(`${path} exists already`);
  expect(await readFile(path, 'utf8')).toBe('first');
});

test('no key is ever replaced', async () => {
  const path = join(await newFolder(), 'key');
  await writeSecretFile(path, 'first');
  for (const write of [writeSecretFile, writePublicFile]) {
    const { message, hint } = await refusal(() => write(path, 'second'));
    expect(message).toBe(`${path} exists already`);
    expect(hint).toContain('never replaced');
  }
  expect(await readFile(path, 'utf8')).toBe('first');
});

test('says why a key cannot be written', async () => {
  const path = join(await newFolder(), 'none', 'key');
  const { message, hint } = await refusal(() => writeSecretFile(path, 'secret'));
  expect(message).toContain(`${path} can't be written: ENOENT`);
  expect(hint).toContain('the folder exists');
});
