import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FilledPlace, newFilledPlace, newFolder, normalised } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

/** The path of the first object of the sink whose name begins with `name`. */
async function objectIn({ sink }: FilledPlace, name: string): Promise<string> {
  const paths = await readdir(join(sink, 'data'), { recursive: true });
  const found = paths.find((path) => path.split(/[\\/]/).at(-1)?.startsWith(name));
  return join(sink, 'data', found ?? `no ${name}`);
}

describe('adcs-backup verify', () => {
  it('checks all sets, and says that it has not read the data', async () => {
    const place = await newFilledPlace();
    await cli(place.backup);
    const { exitCode, stdout } = await cli(['verify', place.sink]);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "LABEL of test-ca-1fe373: intact, not signed; 3 objects checked, data not read (--read-data reads it)
        Restorable: yes, with at least all that the CA had issued by UTC-TIME (LOCAL-TIME local)
          Test CA.edb: every page of it is good; it needs logs 1 to 2
          logs 1 to 2 are there, of the same log stream, good, each fitting the one before
          for the CA it is a copy: logs-only sets need a full one that truncates
      LABEL of test-ca-1fe373: intact, not signed; 4 objects checked, data not read (--read-data reads it)
        Restorable: yes, with at least all that the CA had issued by UTC-TIME (LOCAL-TIME local)
          Test CA.edb: every page of it is good; it needs logs 1 to 3
          logs 1 to 3 are there, of the same log stream, good, each fitting the one before
          for the CA it is a copy: logs-only sets need a full one that truncates
      Freshness was not checked: verify --trust FILE remembers the newest set seen, and notices less than that.
      "
    `);
    expect(exitCode).toBe(0);
  });

  it('reads the data with --read-data, of one set when it is named', async () => {
    const place = await newFilledPlace();
    await cli(place.backup);
    const { exitCode, stdout } = await cli(['verify', place.sink, '--read-data', place.label]);
    expect(stdout.match(/ of test-ca-/g)).toHaveLength(1);
    expect(stdout).toMatch(
      /^\S+ of \S+: intact, not signed; 3 objects checked, 1 of 1 pack read \(.*\), 24 blocks checked\n/,
    );
    expect(exitCode).toBe(0);
  });

  it('takes what follows -- for arguments', async () => {
    const { sink } = await newFilledPlace();
    const { exitCode, stdout } = await cli(['verify', '--read-data', '--', sink]);
    expect(stdout).toMatch(/1 of 1 pack read/);
    expect(exitCode).toBe(0);
  });

  it('ends with 14 when an object is missing, and says which', async () => {
    const place = await newFilledPlace();
    await rm(await objectIn(place, 'pack-'));
    const { exitCode, stdout, stderr } = await cli(['verify', place.sink]);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "LABEL of test-ca-1fe373: DAMAGED, not signed; 3 objects checked, data not read (--read-data reads it)
        object-missing: data/test-ca-1fe373/CHAIN/LABEL/pack-00001 is not there
        Restorable: NO
          what LABEL has stored is missing or damaged, see its findings
          Test CA.edb: every page of it is good; it needs logs 1 to 2
          logs 1 to 2 are there, of the same log stream, good, each fitting the one before
          for the CA it is a copy: logs-only sets need a full one that truncates
      Freshness was not checked: verify --trust FILE remembers the newest set seen, and notices less than that.
      "
    `);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "error: 1 of 1 set is damaged
      hint:  Delete nothing. Restore from an intact set or from another copy of the sink, take a new backup, and find out what happened to the storage.
      "
    `);
    expect(exitCode).toBe(14);
  });

  it('counts every set that needs what is missing', async () => {
    const place = await newFilledPlace();
    const pack = await objectIn(place, 'pack-');
    await cli(place.backup);
    await rm(pack);
    const { exitCode, stderr } = await cli(['verify', place.sink]);
    expect(stderr).toContain('error: 2 of 2 sets are damaged\n');
    expect(exitCode).toBe(14);
  });

  it('ends with 14 when data is damaged, which only reading shows', async () => {
    const place = await newFilledPlace();
    const pack = await objectIn(place, 'pack-');
    const { size } = await stat(pack);
    await rm(pack);
    await writeFile(pack, Buffer.alloc(size, 7));
    expect((await cli(['verify', place.sink])).exitCode).toBe(0);
    const { exitCode, stdout } = await cli(['verify', place.sink, '--read-data', '--json']);
    const lines = jsonLines(stdout);
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'finding', code: 'pack-damaged', label: place.label }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ type: 'set-verified', intact: false, findings: 1 }));
    expect(exitCode).toBe(14);
  });

  it('has nothing to check in an empty sink', async () => {
    expect((await cli(['verify', await newFolder()])).exitCode).toBe(2);
  });
});
