import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, normalised, type Place } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

/** Somebody with the right to write goes over the objects whose keys fit; the sink keeps what was there. */
async function replaceObjects({ sink }: Place, pattern: RegExp): Promise<string[]> {
  const keys = (await readdir(sink, { recursive: true })).filter((key) => pattern.test(key)).sort();
  for (const key of keys) {
    const kept = join(`${sink}.versions`, key, '1');
    await mkdir(dirname(kept), { recursive: true });
    await copyFile(join(sink, key), kept);
    const { length } = await readFile(kept);
    await rm(join(sink, key));
    await writeFile(join(sink, key), Buffer.alloc(length, 7));
  }
  return keys;
}

describe('where the sink keeps versions and somebody replaced an object', () => {
  it('verify ends with 14 and says that a restore reads the older version', async () => {
    const place = await newFilledPlace();
    await replaceObjects(place, /pack-00001$/);
    const { exitCode, stdout, stderr } = await cli(['verify', `faulty://${place.sink}?versions=1`, '--read-data']);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "LABEL of test-ca-1fe373: DAMAGED, not signed; 3 objects checked, 1 of 1 pack read (715.2 KiB), 24 blocks checked
        pack-damaged: data/test-ca-1fe373/CHAIN/LABEL/pack-00001 has another SHA-256 than its manifest says; version 1 of TIME holds the right bytes: a restore reads it
        Restorable: yes, with at least all that the CA had issued by UTC-TIME (LOCAL-TIME local)
          an object was replaced or deleted in the sink: a restore reads what was there before
          Test CA.edb: every page of it is good; it needs logs 1 to 2
          logs 1 to 2 are there, of the same log stream, good, each fitting the one before
          for the CA it is a copy: logs-only sets need a full one that truncates
      Freshness was not checked: verify --trust FILE remembers the newest set seen, and notices less than that.
      "
    `);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "error: 1 of 1 set is damaged
      hint:  Delete nothing, and let no older version expire: a restore reads them. Take a new backup, and find out who replaced or deleted objects.
      "
    `);
    expect(exitCode).toBe(14);
  });

  it('restore reads the older version, ends with 3 and names it', async () => {
    const place = await newFilledPlace();
    await replaceObjects(place, /pack-00001$/);
    const to = join(place.folder, 'restored');
    const args = ['restore', `faulty://${place.sink}?versions=1`, 'latest', '--to', to];
    const { exitCode, stdout, stderr } = await cli(args);
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

      Somebody replaced or deleted objects in the sink. Read from what was there before:
        data/test-ca-1fe373/CHAIN/LABEL/pack-00001: version 1 of UTC-TIME

      To put it back into the CA, on the CA, with the key and certificate of the CA in place:
        net stop certsvc
        certutil -f -restoreDB /tmp/place/restored
        net start certsvc
      "
    `);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "warning: somebody replaced or deleted 1 object in the sink: older versions were read
      hint:  Every block was checked: the restore is good. Find out who may write to the sink, and take a new backup.
      "
    `);
    expect(exitCode).toBe(3);
    const log = await readFile(join(place.ca.logFolder, 'edb00001.log'));
    expect(log.equals(await readFile(join(to, 'DataBase', 'edb00001.log')))).toBe(true);
    const report = JSON.parse(await readFile(join(to, 'restored-set.json'), 'utf8'));
    expect(report.olderVersions).toMatchObject([{ key: expect.stringMatching(/pack-00001$/), version: '1' }]);
  });

  it('tells programs of every one as it happens, and of all of them in the end', async () => {
    const place = await newFilledPlace();
    const keys = await replaceObjects(place, /pack-00001$|map-00001$|full(\.outcome)?\.json$/);
    expect(keys).toHaveLength(4);
    const address = [`faulty://${place.sink}?versions=1`, place.label];
    const restored = await cli(['restore', ...address, '--to', join(place.folder, 'restored'), '--json']);
    const lines = jsonLines(restored.stdout);
    const events = lines.filter(({ type }) => type === 'older-version-read');
    expect(new Set(events.map(({ key }) => key))).toEqual(new Set(keys));
    expect(events).toHaveLength(keys.length);
    expect(lines.find(({ type }) => type === 'set-restored')).toMatchObject({ olderVersions: { length: 4 } });
    expect(lines.find(({ type }) => type === 'warning')).toMatchObject({ code: 'older-versions-read' });
    expect(restored.exitCode).toBe(3);
    const verified = await cli(['verify', ...address, '--json']);
    const findings = jsonLines(verified.stdout).filter(({ type }) => type === 'finding');
    expect(findings).toMatchObject(
      ['manifest-invalid', 'outcome-invalid', 'map-invalid'].map((code) => ({ code, olderVersion: { version: '1' } })),
    );
    expect(verified.exitCode).toBe(14);
  });
});

describe('an outcome that cannot be read', () => {
  it('does not keep a set from being shown and restored, and verify names it', async () => {
    const place = await newFilledPlace();
    const [key = ''] = await replaceObjects(place, /outcome\.json$/);
    const why = /outcome\.json is not readable JSON/;
    const shown = await cli(['show', place.sink, 'latest']);
    expect(shown.stdout).toMatch(/^ {2}session +its end can't be read: sets\/\S+outcome\.json is not readable JSON/m);
    expect(shown.exitCode).toBe(0);
    const restored = await cli(['restore', place.sink, 'latest', '--to', join(place.folder, 'restored')]);
    expect(restored.stderr).toMatch(/^warning: how the session of \S+-full ended is not known: /m);
    expect(restored.stderr).toMatch(why);
    expect(restored.exitCode).toBe(3);
    const verified = await cli(['verify', place.sink]);
    expect(verified.stdout).toContain(`  outcome-invalid: ${key}`);
    expect(verified.stdout).toMatch(/^ {2}Restorable: yes, /m);
    expect(verified.exitCode).toBe(14);
  });
});
