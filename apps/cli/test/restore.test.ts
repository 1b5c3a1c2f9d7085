import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, normalised } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('adcs-backup restore', () => {
  it('writes a set into a new folder and says what to type next', async () => {
    const place = await newFilledPlace();
    const to = join(place.folder, 'restored');
    const { exitCode, stdout, stderr } = await cli(['restore', place.sink, 'latest', '--to', to]);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "Set LABEL is restored.

        folder   /tmp/place/restored
        written  5 files, 2,364,786 bytes (2.3 MiB), every block checked
        signed   no: who can write to the sink can forge sets
        sound    yes

      Restorable: yes, with at least all that the CA had issued by UTC-TIME (LOCAL-TIME local)
        Test CA.edb: every page of it is good; it needs logs 1 to 2
        logs 1 to 2 are there, of the same log stream, good, each fitting the one before
        for the CA it is a copy: logs-only sets need a full one that truncates

      To put it back into the CA, on the CA, with the key and certificate of the CA in place:
        net stop certsvc
        certutil -f -restoreDB /tmp/place/restored
        net start certsvc
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const log = await readFile(join(place.ca.logFolder, 'edb00001.log'));
    const names = await readdir(join(to, 'DataBase'));
    expect(names).toContain('Test CA.edb');
    expect(log.equals(await readFile(join(to, 'DataBase', 'edb00001.log')))).toBe(true);
  });

  it('takes a relative folder for one below the current folder', async () => {
    const { sink, folder } = await newFilledPlace();
    const { exitCode, stdout } = await cli(['restore', sink, 'latest', '--to', 'here', '--json'], { cwd: folder });
    expect(jsonLines(stdout).at(-2)).toMatchObject({ type: 'set-restored', to: join(folder, 'here') });
    expect(exitCode).toBe(0);
  });

  it('leaves a folder alone that is not empty, unless an earlier restore is to be replaced', async () => {
    const { sink, folder } = await newFilledPlace();
    const to = join(folder, 'full');
    await mkdir(to);
    await writeFile(join(to, 'mine.txt'), 'mine');
    const refused = await cli(['restore', sink, 'latest', '--to', to]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('is not empty');
    expect(await readdir(to)).toEqual(['mine.txt']);
    const again = ['restore', sink, 'latest', '--to', join(folder, 'again')];
    expect((await cli(again)).exitCode).toBe(0);
    expect((await cli(again)).exitCode).toBe(1);
    expect((await cli([...again, '--overwrite'])).exitCode).toBe(0);
  });
});
