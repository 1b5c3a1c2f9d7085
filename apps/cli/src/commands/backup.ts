import { AdcsBackupError, type BackupOptions, type BackupResult, messageOf, runBackup } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { version } from '../version.ts';
import { BackupObserver } from './backup-observer.ts';
import { backupLine, backupText } from './backup-result.ts';
import { stalled } from './stalled.ts';

export interface BackupFlags extends SinkFlags {
  readonly server?: string | undefined;
  readonly ca?: string | undefined;
  readonly type?: 'full' | 'logs-only' | 'auto' | undefined;
  readonly truncateLogs?: boolean | undefined;
  readonly newChain?: boolean | undefined;
  /** Milliseconds. */
  readonly chainMaxAge?: number | undefined;
  /** Milliseconds. */
  readonly wait?: number | undefined;
  /** Milliseconds. */
  readonly stallTimeout?: number | undefined;
  readonly certadm?: string | undefined;
}

/** Takes a backup of the CA into a sink. */
export async function backup(run: Run, where: string, flags: BackupFlags): Promise<'done' | 'warnings'> {
  refuseWhatIsNotThere(flags);
  const beganAt = performance.now();
  return await withSink({ run, where, flags }, async (sink) => {
    const { manifest, outcome, warnings } = finished(run, await runBackup(await backupOptions(run, sink, flags)));
    const done = { manifest, outcome, warnings, location: sink.location, elapsedMs: performance.now() - beganAt };
    run.output.line(backupLine(done));
    run.output.text(backupText(done, { where, style: run.output.style }));
    return warnings.length > 0 ? 'warnings' : 'done';
  });
}

async function backupOptions(run: Run, sink: BackupSink, flags: BackupFlags): Promise<BackupOptions> {
  const { defaultServerName, exitNow, openCertSrv } = await import('@adcs-backup/certadm');
  run.endWith(exitNow);
  const observer = new BackupObserver(run.output);
  return {
    openCertSrv: async () => await openCertSrv(openOptions(run, flags)),
    sink,
    server: flags.server ?? defaultServerName(),
    type: 'full',
    ...(flags.ca === undefined ? {} : { caName: flags.ca }),
    ...(flags.newChain === undefined ? {} : { newChain: flags.newChain }),
    ...(flags.chainMaxAge === undefined ? {} : { chainMaxAgeMs: flags.chainMaxAge }),
    ...(flags.wait === undefined ? {} : { waitMs: flags.wait }),
    signal: run.signal,
    observe: (event) => observer.observe(event),
    tool: { name: 'adcs-backup', version },
  };
}

function refuseWhatIsNotThere({ type = 'full', truncateLogs }: BackupFlags): void {
  if (truncateLogs === true) {
    throw new AdcsBackupError('invalid-usage', 'this version does not truncate logs', {
      hint:
        'Logs may only be deleted when the database pages and logs of a set have been checked, ' +
        'which this version does not do yet. Leave --truncate-logs out.',
    });
  }
  if (type === 'full') return;
  throw new AdcsBackupError('invalid-usage', `this version takes full sets only, not ${type}`, {
    hint: 'Leave --type out. A full set without truncation takes nothing away from the CA.',
  });
}

function openOptions(run: Run, { certadm, stallTimeout }: BackupFlags) {
  return {
    ...(certadm === undefined ? {} : { library: certadm }),
    ...(stallTimeout === undefined ? {} : { stallTimeoutMs: stallTimeout }),
    onStall: (functionName: string, elapsedMs: number) => run.endNow(stalled(functionName, elapsedMs)),
  };
}

/** @throws why it failed, after telling what else failed while cleaning up */
function finished(run: Run, result: BackupResult): Extract<BackupResult, { readonly at: 'finished' }> {
  if (result.at === 'finished') return result;
  const sealed = result.manifest?.label;
  run.output.note(
    sealed === undefined ? 'no set was sealed; those before are as they were' : `set ${sealed} is sealed: it stays`,
  );
  for (const later of result.laterErrors) {
    run.output.warning({ code: 'cleanup-failed', message: `then, while cleaning up: ${messageOf(later)}` });
  }
  throw result.error;
}
