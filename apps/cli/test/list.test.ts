import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCa } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, newFolder, normalised } from './place.ts';
import { cli, jsonLines, resultOf, startCli } from './run-cli.ts';

describe('adcs-backup list', () => {
  it('shows the sets as a table, times in UTC and local', async () => {
    const place = await newFilledPlace();
    const { exitCode, stdout, stderr } = await cli(['list', place.sink]);
    expect(normalised(stdout, place).replace(/\d+\.\d KiB/, 'SIZE')).toMatchInlineSnapshot(`
      "CA              LABEL                  TYPE  CHAIN             SEALED                   SEALED, LOCAL TIME          SESSION  SIGNED  MANIFEST
      test-ca-1fe373  LABEL  full  CHAIN  UTC-TIME  LOCAL-TIME  ended    no       SIZE
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('shows them as JSON', async () => {
    const { sink, label } = await newFilledPlace();
    const { stdout } = await cli(['list', sink, '--json']);
    expect(jsonLines(stdout)).toMatchObject([
      { type: 'set-listed', label, setType: 'full', hasOutcome: true, hasSignature: false },
      { type: 'run-ended', exitCode: 0 },
    ]);
  });

  it('says so when there is no set', async () => {
    const folder = await newFolder();
    expect(await cli(['list', folder])).toEqual({ exitCode: 0, stdout: `There is no set in ${folder}.\n`, stderr: '' });
  });

  it('loses nothing to a reader that is slow to begin', async () => {
    const folder = await newFolder();
    const sets = Array.from(
      { length: 1000 },
      (_, index) => `sets/ca-000000/20260101T000000Z/2026010${labelAt(index)}Z-full.json`,
    );
    await mkdir(join(folder, 'sets/ca-000000/20260101T000000Z'), { recursive: true });
    await Promise.all(sets.map((key) => writeFile(join(folder, key), '{}')));
    const child = startCli(['list', folder, '--json']);
    // Longer than the command lets anything hold up its end.
    await delay(4000);
    const { stdout, exitCode } = await resultOf(child);
    expect(jsonLines(stdout)).toHaveLength(sets.length + 1);
    expect(exitCode).toBe(0);
  });

  it('shows only the CA of --ca, by its name', async () => {
    const { sink, folder } = await newFilledPlace();
    await mkdir(join(folder, 'other'));
    const other = await createCa(join(folder, 'other', 'ca'), { name: 'Other CA', databaseBytes: 256 * 1024 });
    expect((await cli(['backup', sink, '--certadm', other.library])).exitCode).toBe(0);
    const idsOf = async (...flags: string[]) =>
      jsonLines((await cli(['list', sink, '--json', ...flags])).stdout).flatMap((line) => line['caId'] ?? []);
    expect(await idsOf()).toEqual([expect.stringMatching(/^other-ca-/), expect.stringMatching(/^test-ca-/)]);
    expect(await idsOf('--ca', 'Test CA')).toEqual([expect.stringMatching(/^test-ca-/)]);
    const missing = await cli(['list', sink, '--ca', 'Third CA']);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('no set of the CA Third CA');
    const unclear = await cli(['show', sink, 'latest']);
    expect(unclear.exitCode).toBe(2);
    expect(unclear.stderr).toContain('Say which one with --ca NAME.');
  });
});

/** The end of a label's day and its time of day: `1T001640`. */
function labelAt(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(9, 19).replaceAll(':', '');
}
