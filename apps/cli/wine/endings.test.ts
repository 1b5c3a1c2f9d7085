import type { ErrorCode } from '@adcs-backup/core';
import type { Faults } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa, newFolder } from './windows.ts';

/** How the executable ends, each time by a cause of its own, and what it then leaves. */

interface Ending {
  readonly cause: string;
  readonly faults: Faults;
  readonly exitCode: number;
  readonly code: ErrorCode;
  readonly hint: RegExp;
}

const endings: readonly Ending[] = [
  {
    cause: 'the service is stopped',
    faults: { stopped: true },
    exitCode: 10,
    code: 'server-not-online',
    hint: /net start certsvc|Get-Service/,
  },
  {
    cause: 'the service is suspended',
    faults: { suspended: true },
    exitCode: 10,
    code: 'server-not-online',
    hint: /certsvc/,
  },
  {
    cause: 'the account may not back up',
    faults: { unprivileged: true },
    exitCode: 11,
    code: 'access-denied',
    hint: /Backup Operators/,
  },
  {
    cause: 'another backup is running',
    faults: { fail: [{ call: 'CertSrvBackupPrepareW', nth: 1, hresult: 0xc80001f9 }] },
    exitCode: 15,
    code: 'backup-in-progress',
    hint: /another backup tool or task/,
  },
  {
    cause: 'a page of the database is bad',
    faults: { fail: [{ call: 'CertSrvBackupRead', nth: 2, hresult: 0xc80003fa }] },
    exitCode: 14,
    code: 'source-damaged',
    hint: /[Kk]eep/,
  },
  {
    cause: 'a file has another size than announced',
    faults: { sizeLieBytes: 4096 },
    exitCode: 14,
    code: 'integrity-failed',
    hint: /\w/,
  },
  {
    cause: 'Certadm fails otherwise',
    faults: { fail: [{ call: 'CertSrvBackupGetBackupLogsW', nth: 1, hresult: 0xc80003eb }] },
    exitCode: 1,
    code: 'certsrv-failed',
    hint: /\w/,
  },
];

describe('a backup that fails', () => {
  it.each(endings)('since $cause ends with $exitCode and leaves no session', async ({ faults, ...expected }) => {
    const { ca } = await newCa();
    const sink = await newFolder('Backups');
    await ca.setFaults(faults);
    const { code, stdout } = await adcsBackup(['backup', sink.path, '--wait', '0s', '--json']);
    expect(code, stdout).toBe(expected.exitCode);
    const lines = jsonLines(stdout);
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', exitCode: expected.exitCode });
    const error = lines.find(({ type }) => type === 'error');
    expect(error).toMatchObject({ code: expected.code, hint: expect.stringMatching(expected.hint) });
    const report = await ca.report();
    expect(report.sessions.left).toBe(0);
    expect(report.unloads).toBe(1);
    const list = await adcsBackup(['list', sink.path, '--json']);
    expect(jsonLines(list.stdout).filter(({ type }) => type === 'set-listed')).toEqual([]);
  });

  it('for logs alone, since the CA keeps none, ends with 1 and says what to do', async () => {
    const { ca } = await newCa();
    const sink = await newFolder('Backups');
    const full = await adcsBackup(['backup', sink.path, '--truncate-logs']);
    expect(full.code, full.stderr).toBe(0);
    await ca.useCircularLogging(true);
    const { code, stderr } = await adcsBackup(['backup', sink.path, '--type', 'logs-only']);
    expect(stderr).toMatch(/error: .*circular logging/);
    expect(stderr).toMatch(/hint: .*/);
    expect(code).toBe(1);
    expect((await ca.report()).sessions.left).toBe(0);
  });

  it('in its end alone, after sealing, ends with 3 and has a set', async () => {
    const { ca } = await newCa();
    const sink = await newFolder('Backups');
    await ca.setFaults({ fail: [{ call: 'CertSrvBackupEnd', nth: 1, hresult: 0xc8000208 }] });
    const { code, stdout } = await adcsBackup(['backup', sink.path, '--json']);
    expect(code).toBe(3);
    const { label } = jsonLines(stdout).find(({ type }) => type === 'set-sealed') ?? {};
    const list = await adcsBackup(['list', sink.path, '--json']);
    expect(jsonLines(list.stdout)).toContainEqual(expect.objectContaining({ type: 'set-listed', label }));
  });
});

describe('a command that fails before the CA is asked for anything', () => {
  it.each([
    { why: 'the sink is not there', args: ['backup', 'C:\\None'], exitCode: 2, says: /folder C:\\None isn't there/ },
    { why: 'its drive is not there', args: ['backup', 'Q:\\None'], exitCode: 2, says: /folder Q:\\None isn't there/ },
    {
      why: 'a flag is unknown',
      args: ['backup', 'C:\\', '--truncate'],
      exitCode: 2,
      says: /unknown option '--truncate'/,
    },
    {
      why: 'the sink does not answer',
      args: ['backup', 's3://bucket/ca?region=eu-central-1&endpoint=http://127.0.0.1:9', '--retry-for', '0s'],
      exitCode: 12,
      says: /127\.0\.0\.1:9/,
    },
  ])('since $why ends with $exitCode', async ({ args, exitCode, says }) => {
    const { ca } = await newCa();
    const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'nobody knows' };
    const { code, stderr } = await adcsBackup(args, { env });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^hint: {2}\w/m);
    expect(code).toBe(exitCode);
    expect((await ca.report()).calls).toEqual([]);
  });
});
