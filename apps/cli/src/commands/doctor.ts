import { AdcsBackupError } from '@adcs-backup/core';
import type { BackupKeyFlags, ReadingKeyFlags } from '../keys/key-flags.ts';
import { count } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import type { Run } from '../run.ts';
import type { SinkFlags } from '../sinks/open-sink.ts';
import { type Check, notApplicable } from './check.ts';
import { localCaChecks } from './check-ca.ts';
import { keyChecks } from './check-keys.ts';
import { libraryChecks, platformCheck } from './check-library.ts';
import { serverCheck } from './check-server.ts';
import { sinkChecks } from './check-sink.ts';

export interface DoctorFlags extends SinkFlags, BackupKeyFlags, ReadingKeyFlags {
  readonly server?: string | undefined;
  readonly certadm?: string | undefined;
}

/** Checks what a backup needs. @throws with the code of the first check that failed, after all were made */
export async function doctor(run: Run, where: string | undefined, flags: DoctorFlags): Promise<'done'> {
  const checks = [
    ...(await caChecks(run, flags)),
    ...(await keyChecks(flags)),
    ...(await sinkChecks(run, where, flags)),
  ];
  for (const check of checks) run.output.line({ type: 'check-made', ...check });
  run.output.text(textOf(checks, run.output.style));
  const faults = checks.filter((check) => check.status === 'failed');
  const first = faults[0];
  if (first === undefined) return 'done';
  throw new AdcsBackupError(
    first.code,
    `${faults.length} of ${count(checks.length, 'check')} failed, first: ${first.name}`,
  );
}

async function caChecks(run: Run, { server, certadm: library }: DoctorFlags): Promise<readonly Check[]> {
  const { probeCertadm } = await import('@adcs-backup/certadm');
  const probe = await probeCertadm(library === undefined ? {} : { library });
  run.signal.throwIfAborted();
  // What this computer is set up for says nothing of another one, nor of another library.
  const isThisComputer = server === undefined && library === undefined;
  const local = isThisComputer ? await localCaChecks() : [];
  const checks = [platformCheck(process.platform, library !== undefined), ...libraryChecks(probe), ...local];
  if (checks.some((check) => check.status === 'failed')) {
    return [...checks, notApplicable('server', 'not asked: the checks before it failed')];
  }
  return [...checks, await serverCheck(run, { server, library })];
}

const words = {
  ok: (style: Style) => style('good', 'ok'),
  failed: (style: Style) => style('bad', 'FAILED'),
  warning: (style: Style) => style('caution', 'warning'),
  unknown: (style: Style) => style('quiet', 'unknown'),
  'not-applicable': (style: Style) => style('quiet', 'not applicable'),
};

function textOf(checks: readonly Check[], style: Style): string[] {
  const rows = checks.map((check) => [check.name, words[check.status](style), printable(check.message)]);
  const hints = checks.flatMap(({ name, hint }) => (hint === undefined ? [] : [`${name}: ${printable(hint)}`]));
  const lines = table([{ title: 'CHECK' }, { title: 'RESULT' }, { title: 'WHAT WAS FOUND' }], rows);
  return hints.length === 0 ? lines : [...lines, '', ...hints];
}
