import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, newPlace, normalised } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('adcs-backup backup', () => {
  it('says what was stored, what it is worth and what to type next', async () => {
    const place = await newPlace();
    const { exitCode, stdout, stderr } = await cli(place.backup);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "Set LABEL is sealed and sound.

        CA          Test CA (test-ca-1fe373), server HOST
        type        full
        read        5 files, 2,364,786 bytes (2.3 MiB)
        blocks      39: 24 new, 15 zero, 0 stored before
        stored      STORED of what was read
        encrypted   no: who can read the sink can read the set
        signed      no: who can write to the sink can forge sets
        where       /tmp/place/sink
        began       UTC-TIME (LOCAL-TIME local)
        took        DURATION
        checks      sizes passed, objects passed, database pages and logs passed, log chain passed
        logs        1 to 2
        log folder  2 logs (1 to 2), 2.0 MiB; FREE
        library     /tmp/place/ca/certadm.so (not from the system's Certadm)
        warnings    none

      For the CA this is a copy: no logs were deleted, and its log folder goes on growing.
      Logs-only sets, of this or another tool, need a full one that truncates (--truncate-logs).

      Next:
        adcs-backup verify /tmp/place/sink LABEL --read-data
        adcs-backup restore /tmp/place/sink LABEL --to <empty folder>
      "
    `);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "set LABEL of Test CA begun
      "
    `);
    expect(exitCode).toBe(0);
    expect(await place.ca.report()).toMatchObject({
      sessions: { begun: 1, left: 0 },
      buffers: { left: 0 },
      unloads: 1,
    });
  });

  it('says of a suspect set what is wrong, and leads nobody to a restore of it', async () => {
    const place = await newPlace();
    await place.ca.setFaults({ flipBits: [{ file: 'Test CA.edb', offset: 12 * 4096 + 100, bit: 3 }] });
    const { exitCode, stdout, stderr } = await cli([...place.backup, '--truncate-logs']);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "Set LABEL is sealed, but SUSPECT.

        CA          Test CA (test-ca-1fe373), server HOST
        type        full
        read        5 files, 2,364,786 bytes (2.3 MiB)
        blocks      39: 24 new, 15 zero, 0 stored before
        stored      STORED of what was read
        encrypted   no: who can read the sink can read the set
        signed      no: who can write to the sink can forge sets
        where       /tmp/place/sink
        began       UTC-TIME (LOCAL-TIME local)
        took        DURATION
        checks      sizes passed, objects passed, database pages and logs failed, log chain passed
        logs        1 to 2
        log folder  2 logs (1 to 2), 2.0 MiB; FREE
        library     /tmp/place/ca/certadm.so (not from the system's Certadm)
        warnings    1 warning, see above

      No logs were deleted on the CA.

      Next:
        adcs-backup show /tmp/place/sink LABEL
        adcs-backup show /tmp/place/sink latest
      "
    `);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "set LABEL of Test CA begun
      found: Test CA.edb: page 11 has one flipped bit, bit 3 of byte 100
      warning: no log was truncated: the set is suspect
      error: the set LABEL is suspect: Test CA.edb: page 11 has one flipped bit, bit 3 of byte 100
      hint:  Delete and truncate nothing, and keep the sets before it: "latest" names the newest sound one. Run again; if it stays so, the disk or the database of the CA is damaged: see docs/checks.md.
      "
    `);
    expect(exitCode).toBe(14);
  });

  it('tells its steps with --verbose, all on standard error', async () => {
    const place = await newPlace();
    const { stdout, stderr } = await cli([...place.backup, '--verbose']);
    expect(stdout).toMatch(/^Set \S+ is sealed and sound\.\n/);
    expect(normalised(stderr, place)).toMatchInlineSnapshot(`
      "loading-library
      checking-server
      preparing-session
      saving-restore-map
      set LABEL of Test CA begun
      listing-databases
      1 database file to copy
      copying-database-file
      Test CA.edb: 260.0 KiB
      Test CA.edb: stored
      listing-logs
      2 log files to copy
      copying-log-file
      edb00001.log: 1.0 MiB
      edb00001.log: stored
      copying-log-file
      edb00002.log: 1.0 MiB
      edb00002.log: stored
      listing-dynamic-files
      2 dynamic files to copy
      copying-dynamic-file
      Test CA+.crl: stored
      copying-dynamic-file
      Test CA.crl: stored
      sealing
      set LABEL sealed, sound
      ending-session
      releasing-library
      finished
      "
    `);
  });

  it('prints nothing but the result with --quiet', async () => {
    const place = await newPlace();
    const { stdout, stderr } = await cli([...place.backup, '--quiet']);
    expect(stdout).toMatch(/^Set \S+ is sealed and sound\.\n/);
    expect(stderr).toBe('');
  });

  it('prints one object a line with --json, and run-ended last', async () => {
    const place = await newPlace();
    const { exitCode, stdout } = await cli([...place.backup, '--json']);
    const lines = jsonLines(stdout);
    expect(lines.map((line) => line['type']).filter((type) => type !== 'state-entered')).toMatchInlineSnapshot(`
      [
        "set-begun",
        "files-listed",
        "file-opened",
        "file-progress",
        "file-stored",
        "files-listed",
        "file-opened",
        "file-stored",
        "file-opened",
        "file-stored",
        "files-listed",
        "file-stored",
        "file-stored",
        "set-sealed",
        "backup-ended",
        "run-ended",
      ]
    `);
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', command: 'backup', exitCode: 0 });
    expect(lines.at(-2)).toMatchObject({ type: 'backup-ended', setType: 'full', isTruncated: false, warnings: [] });
    expect(exitCode).toBe(0);
  });

  it('writes names outside ASCII as escapes with --json', async () => {
    const place = await newPlace({ name: 'Zürich 株式会社 CA' });
    const { stdout } = await cli([...place.backup, '--json']);
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
    expect(jsonLines(stdout).find((line) => line['type'] === 'set-begun')).toMatchObject({
      caName: 'Zürich 株式会社 CA',
    });
  });

  it('ends with 3 when a file of the set could not be read, and says which', async () => {
    const place = await newPlace({ host: 'CA01' });
    const { exitCode, stdout, stderr } = await cli([...place.backup, '--server', 'CA01']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('is sealed and sound, with warnings.');
    expect(stdout).toContain('2 warnings, see above');
    expect(stderr).toMatch(/^warning: .*Test CA\.crl was not copied/m);
  });

  it('names the set after --ca', async () => {
    const place = await newPlace();
    const { stdout } = await cli([...place.backup, '--ca', 'Other Name']);
    expect(stdout).toMatch(/CA +Other Name \(other-name-/);
  });

  it('begins a new chain with --new-chain, or when the old one is older than --chain-max-age', async () => {
    const place = await newFilledPlace();
    const chainOf = async (...flags: string[]): Promise<unknown> => {
      const { stdout } = await cli([...place.backup, '--json', ...flags]);
      return jsonLines(stdout).find((line) => line['type'] === 'backup-ended')?.['chain'];
    };
    const first = place.label.replace('-full', '');
    expect(await chainOf('--chain-max-age', '1h')).toBe(first);
    expect(await chainOf('--new-chain')).not.toBe(first);
  });

  it('takes --type full for what it does anyway', async () => {
    const place = await newPlace();
    expect(await cli([...place.backup, '--type', 'full'])).toMatchObject({ exitCode: 0 });
  });

  it('appends to the log file, times first, until the exit code', async () => {
    const place = await newPlace();
    const log = join(place.folder, 'adcs-backup.log');
    await cli([...place.backup, '--log-file', log, '--quiet']);
    await cli(['list', join(place.folder, 'missing'), '--log-file', log]);
    const lines = normalised(await readFile(log, 'utf8'), place).split('\n');
    expect(lines.slice(0, 4).concat('…', lines.slice(-8))).toMatchInlineSnapshot(`
      [
        "TIME info    adcs-backup backup begins, process PID",
        "TIME info    loading-library",
        "TIME info    checking-server",
        "TIME info    preparing-session",
        "…",
        "TIME info      adcs-backup restore /tmp/place/sink LABEL --to <empty folder>",
        "TIME info    backup ended after DURATION: exit code 0",
        "TIME info    adcs-backup list begins, process PID",
        "TIME error   folder /tmp/place/missing isn't there",
        "TIME error   Create the folder, or mount the disk or share that holds it: the backup never creates it.",
        "TIME error   cause: ENOENT: no such file or directory, stat '/tmp/place/missing'",
        "TIME info    list ended after DURATION: exit code 2",
        "",
      ]
    `);
  });
});
