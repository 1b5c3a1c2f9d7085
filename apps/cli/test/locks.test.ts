import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, newPlace } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp, labelsIn } from './told-backup.ts';

/** `--lock-for`, into folders that can't lock, or note what they are asked for. What stores do with it is tried against servers. */

const refusal = (sink: string): string => `${sink} can't lock what it stores\n`;

it('a backup is refused before the CA is asked for anything', async () => {
  const place = await newPlace();
  const { told, stderr } = await backUp(place, '--lock-for', '90d');
  expect(told).toEqual({ exitCode: 2, error: 'invalid-usage' });
  expect(stderr).toContain(refusal(place.sink));
  expect(stderr).toContain('Leave --lock-for out');
  expect((await place.ca.report()).calls).toEqual([]);
});

it('a copy is refused before anything is read', async () => {
  const place = await newPlace();
  await backUp(place);
  const to = await newFolder();
  const result = await cli(['copy', place.sink, to, '--lock-for', '90d']);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain(refusal(to));
  expect(await labelsIn({ ...place, sink: to })).toEqual([]);
});

it('a sink that can not be opened is not the one that is refused', async () => {
  const place = await newPlace();
  const gone = join(place.folder, 'gone');
  const [verb = '', ...others] = place.backup;
  const { stderr, exitCode } = await cli([verb, gone, ...others, '--lock-for', '90d']);
  expect(stderr).toContain(refusal(place.sink));
  expect(stderr).not.toContain(refusal(gone));
  expect(exitCode).toBe(2);
});

const lock = ['--lock-for', '90d', '--chain-max-age', '7d'];

/** Until when what was put is locked, each date once. */
async function datesOf(folder: string): Promise<readonly string[]> {
  const notes = (await readFile(`${folder}.locks`, 'utf8')).trimEnd().split('\n');
  return [...new Set(notes.map((note) => note.split(' ')[0] ?? ''))];
}

it('locks all of a chain until one date, which the manifest tells and a copy has, too', async () => {
  const place = await newPlace();
  const [verb = '', sink = '', ...others] = place.backup;
  for (const _ of [1, 2]) {
    const run = await cli([verb, `faulty://${sink}?locks=1`, ...others, ...lock]);
    expect(run).toMatchObject({ exitCode: 0 });
  }
  const manifests = (await readdir(sink, { recursive: true })).filter((name) => /-full\.json$/.test(name));
  expect(manifests).toHaveLength(2);
  const [, year, month, day, time = ''] = /\/(\d{4})(\d\d)(\d\d)T(\d{6})Z\//.exec(manifests[0] ?? '') ?? [];
  const begun = `${year}-${month}-${day}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  const until = new Date(Date.parse(begun) + 97 * 86_400_000).toISOString();
  expect(await datesOf(sink)).toEqual([until]);
  for (const name of manifests) {
    expect(JSON.parse(await readFile(join(sink, name), 'utf8'))).toMatchObject({ lockedUntil: until });
  }
  const [locked, plain] = [await newFolder(), await newFolder()];
  expect(await cli(['copy', sink, `faulty://${locked}?locks=1`, ...lock])).toMatchObject({ exitCode: 0 });
  expect(await datesOf(locked)).toEqual([until]);
  expect(await cli(['copy', sink, `faulty://${plain}?locks=1`])).toMatchObject({ exitCode: 0 });
  expect(await datesOf(plain)).toEqual(['never']);
});
