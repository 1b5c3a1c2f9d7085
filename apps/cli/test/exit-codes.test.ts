import type { ErrorCode } from '@adcs-backup/core';
import { describe, expect, it } from 'vitest';
import { exitCodeFor } from '../src/exit-codes.ts';
import { newPlace } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';

describe('exit codes', () => {
  it.each([
    ['10 when Certificate Services are stopped', { stopped: true }, 10],
    ['10 when they are suspended', { suspended: true }, 10],
    ['11 without the backup privilege', { unprivileged: true }, 11],
    ['15 when another backup stays', { fail: [{ call: 'CertSrvBackupPrepareW', nth: 1, hresult: 0xc80001f9 }] }, 15],
    [
      '14 when a page of the database is bad',
      { fail: [{ call: 'CertSrvBackupRead', nth: 1, hresult: 0xc80003fa }] },
      14,
    ],
    ['14 when a file has another size than announced', { sizeLieBytes: 4096 }, 14],
    [
      '1 when Certadm fails otherwise',
      { fail: [{ call: 'CertSrvBackupGetBackupLogsW', nth: 1, hresult: 0xc80003eb }] },
      1,
    ],
    [
      '3 when the session ends badly after sealing',
      { fail: [{ call: 'CertSrvBackupEnd', nth: 1, hresult: 0xc8000208 }] },
      3,
    ],
  ] as const)('%s', async (_title, faults, exitCode) => {
    const place = await newPlace();
    await place.ca.setFaults(faults);
    const result = await cli([...place.backup, '--wait', '0s', '--json']);
    expect(result.exitCode, result.stderr).toBe(exitCode);
    expect(jsonLines(result.stdout).at(-1)).toMatchObject({ type: 'run-ended', exitCode });
  });

  it.each([
    ['12 when the sink can not be reached', { method: 'list', key: '', code: 'sink-unreachable' }, 12],
    ['13 when it denies', { method: 'put', key: 'pack-', code: 'sink-denied' }, 13],
    ['13 when it is full', { method: 'put', key: 'pack-', code: 'sink-full' }, 13],
    ['13 when the object exists', { method: 'put', key: 'pack-', code: 'object-exists' }, 13],
    ['1 when it fails otherwise', { method: 'put', key: 'pack-', code: 'sink-failed' }, 1],
  ] as const)('%s', async (_title, { method, key, code }, exitCode) => {
    const place = await newPlace();
    const { ca, sink } = place;
    const result = await cli([
      'backup',
      `faulty://${sink}?method=${method}&key=${key}&code=${code}`,
      '--certadm',
      ca.library,
    ]);
    expect(result.exitCode, result.stderr).toBe(exitCode);
    expect(result.stderr).toContain(`error: the sink failed with ${code}`);
  });

  it('2 for a sink that is not there, before the CA is asked for anything', async () => {
    const place = await newPlace();
    const { exitCode } = await cli(['backup', `${place.folder}/missing`, '--certadm', place.ca.library]);
    expect(exitCode).toBe(2);
    expect((await place.ca.report()).calls).toEqual([]);
  });

  it.runIf(process.platform !== 'win32')('20 without Windows and without --certadm', async () => {
    const place = await newPlace();
    expect((await cli(['backup', place.sink])).exitCode).toBe(20);
  });

  it('20 when the library is missing', async () => {
    const place = await newPlace();
    expect((await cli(['backup', place.sink, '--certadm', `${place.folder}/none.so`])).exitCode).toBe(20);
  });

  it('20 when the file is no library', async () => {
    const place = await newPlace();
    expect((await cli(['backup', place.sink, '--certadm', place.ca.databasePath])).exitCode).toBe(20);
  });

  it('takes a code that only another copy of core knows for a failure', () => {
    const foreign = Object.assign(new Error('from a newer core'), {
      name: 'AdcsBackupError' as const,
      code: 'toString' as ErrorCode,
      hint: undefined,
      retryable: false,
    });
    expect(exitCodeFor({ at: 'failed', error: foreign })).toBe(1);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGBREAK', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('tells %s as %d', (endSignal, exitCode) => {
    expect(exitCodeFor({ at: 'interrupted', endSignal })).toBe(exitCode);
  });
});
