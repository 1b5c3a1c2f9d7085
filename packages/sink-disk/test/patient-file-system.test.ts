import * as promises from 'node:fs/promises';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../src/index.ts';
import { patientFileSystem } from '../src/patient-file-system.ts';
import { failing, systemError } from './file-systems.ts';
import { useTempFolder } from './temp-folder.ts';

const temp = useTempFolder();

/** Each call fails the first two times. */
function held(code: string): { readonly fileSystem: FileSystem; readonly refused: string[] } {
  const refused: string[] = [];
  const twice = <Call extends (...parameters: never[]) => Promise<unknown>>(name: string, call: Call): Call =>
    (async (...parameters) => {
      if (refused.filter((each) => each === name).length < 2) {
        refused.push(name);
        throw systemError(code);
      }
      return await call(...parameters);
    }) as Call;
  const { open, link, rename, unlink } = promises;
  const calls = { open: twice('open', open), link: twice('link', link) };
  const moves = { rename: twice('rename', rename), unlink: twice('unlink', unlink) };
  return { refused, fileSystem: { ...promises, ...calls, ...moves } };
}

describe('on Windows', () => {
  it('a file that is held for a moment is opened, linked, moved and removed in the end', async () => {
    const folder = await temp.make('held');
    await writeFile(join(folder, 'a'), 'x');
    const { fileSystem, refused } = held('EBUSY');
    const patient = patientFileSystem(fileSystem, 'win32');
    await (await patient.open(join(folder, 'a'), 'r')).close();
    await patient.link(join(folder, 'a'), join(folder, 'b'));
    await patient.rename(join(folder, 'a'), join(folder, 'c'));
    await patient.unlink(join(folder, 'b'));
    expect(await readdir(folder)).toEqual(['c']);
    expect(refused).toEqual(['open', 'link', 'rename', 'unlink'].flatMap((name) => [name, name]));
  });

  it.each(['EPERM', 'EACCES'])('%s is taken for that when a file is moved, not when one is opened', async (code) => {
    const folder = await temp.make(`denied ${code}`);
    await writeFile(join(folder, 'a'), 'x');
    const patient = patientFileSystem(held(code).fileSystem, 'win32');
    await expect(patient.open(join(folder, 'a'), 'r')).rejects.toMatchObject({ code });
    await patient.rename(join(folder, 'a'), join(folder, 'b'));
    expect(await readdir(folder)).toEqual(['b']);
  });

  it('what can never be done fails in the end', async () => {
    const patient = patientFileSystem(failing(promises, { unlink: 'EPERM' }), 'win32');
    await expect(patient.unlink(await temp.make('never'))).rejects.toMatchObject({ code: 'EPERM' });
  });
});

it('elsewhere the file system stays as it is', () => {
  expect(patientFileSystem(promises, 'linux')).toBe(promises);
});
