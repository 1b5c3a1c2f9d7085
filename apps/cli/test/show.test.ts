import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFilledPlace, normalised } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('adcs-backup show', () => {
  it('shows a set whole', async () => {
    const place = await newFilledPlace();
    const { exitCode, stdout, stderr } = await cli(['show', place.sink, place.label]);
    expect(normalised(stdout, place)).toMatchInlineSnapshot(`
      "Set LABEL

        CA          Test CA (test-ca-1fe373), server HOST
        type        full, number 1, chain CHAIN
        previous    none
        began       UTC-TIME (LOCAL-TIME local)
        sealed      UTC-TIME (LOCAL-TIME local)
        read        5 files, 2,364,786 bytes (2.3 MiB)
        blocks      39: 24 new, 15 zero, 0 stored before
        stored      STORED of what was read
        objects     1 pack, 1 map
        checks      sizes passed, objects passed, database pages and logs passed, log chain passed
        logs        1 to 2
        sound       yes
        library     /tmp/place/ca/certadm.so (not from the system's Certadm)
        made by     adcs-backup 0.1.0 on HOST
        encrypted   no: who can read the sink can read the set
        signed      no: who can write to the sink can forge sets
        session     ended UTC-TIME (LOCAL-TIME local), no logs deleted
        log folder  2 logs (1 to 2), 2.0 MiB; FREE
        manifest    sets/test-ca-1fe373/CHAIN/LABEL.json, SHA-256 SHA-256

      Restorable: yes, with at least all that the CA had issued by UTC-TIME (LOCAL-TIME local)
        Test CA.edb: every page of it is good; it needs logs 1 to 2
        logs 1 to 2 are there, of the same log stream, good, each fitting the one before
        for the CA it is a copy: logs-only sets need a full one that truncates
        (by what the manifests say: "adcs-backup verify" looks whether the data is there)

      FILE          ROLE          BYTES  CHECK
      Test CA.edb   database    266,240  good
      edb00001.log  log       1,048,576  good
      edb00002.log  log       1,048,576  good
      Test CA+.crl  dynamic         714
      Test CA.crl   dynamic         680

      Where the CA keeps its files:
        database: \\\\HOST\\C$\\tmp\\place\\ca\\CertLog\\Test CA.edb
        checkpoint-directory: \\\\HOST\\C$\\tmp\\place\\ca\\CertLog
        log-directory: \\\\HOST\\C$\\tmp\\place\\ca\\CertLog
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('says of a set whose run was cut off that its end is not recorded', async () => {
    const { sink, label } = await newFilledPlace();
    const names = await readdir(sink, { recursive: true });
    const outcome = names.find((name) => name.endsWith('.outcome.json')) ?? '';
    await rm(join(sink, outcome));
    const { exitCode, stdout } = await cli(['show', sink, label]);
    expect(stdout).toMatch(/^ {2}session +its end is not recorded: the run was cut off after sealing$/m);
    expect(exitCode).toBe(0);
  });

  it('takes latest for the newest', async () => {
    const place = await newFilledPlace();
    await cli(place.backup);
    const { stdout } = await cli(['show', place.sink, 'latest', '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ type: 'set-shown', number: 2, previous: { label: place.label } });
  });

  it('names the newest set when there is none of that label', async () => {
    const { sink, label } = await newFilledPlace();
    const { exitCode, stderr } = await cli(['show', sink, '20200101T000000Z-full']);
    expect(stderr).toContain(`The newest is ${label}.`);
    expect(exitCode).toBe(2);
  });
});
