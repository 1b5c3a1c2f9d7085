import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, newPlace } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp, labelsIn } from './told-backup.ts';

/** `--lock-for` where nothing can be locked. What stores do with it is tried against servers. */

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
