import {
  AdcsBackupError,
  type BackupOptions,
  type BackupResult,
  keepYoungSpaceSmall,
  type Manifest,
  messageOf,
  runBackup,
} from '@adcs-backup/core';
import { type BackupKeys, backupKeys } from '../keys/backup-keys.ts';
import type { BackupKeyFlags } from '../keys/key-flags.ts';
import { count } from '../output/format.ts';
import type { Run } from '../run.ts';
import type { SinkFlags } from '../sinks/open-sink.ts';
import { retryPolicy } from '../sinks/retry-notes.ts';
import { type Sinks, withSinks } from '../sinks/several-sinks.ts';
import { sinkStallMs } from '../sinks/stall-patience.ts';
import { version } from '../version.ts';
import { BackupObserver } from './backup-observer.ts';
import { backupLine, backupText } from './backup-result.ts';
import { stalled } from './stalled.ts';

export interface BackupFlags extends SinkFlags, BackupKeyFlags {
  readonly server?: string | undefined;
  readonly ca?: string | undefined;
  readonly type?: 'full' | 'logs-only' | 'auto' | undefined;
  readonly truncateLogs?: boolean | undefined;
  readonly minCopies?: number | undefined;
  readonly strict?: boolean | undefined;
  readonly newChain?: boolean | undefined;
  /** Milliseconds. */
  readonly chainMaxAge?: number | undefined;
  /** Milliseconds. */
  readonly lockFor?: number | undefined;
  /** Milliseconds. */
  readonly wait?: number | undefined;
  /** Milliseconds. */
  readonly stallTimeout?: number | undefined;
  readonly certadm?: string | undefined;
}

/** Takes a backup of the CA into one sink or several. */
export async function backup(run: Run, where: readonly string[], flags: BackupFlags): Promise<'done' | 'warnings'> {
  const beganAt = performance.now();
  keepYoungSpaceSmall();
  requirePossible(flags, where.length);
  const keys = await backupKeys(flags);
  return await withSinks({ run, where, flags }, async (sinks) => {
    const result = finished(run, await runBackup(await backupOptions(run, { sinks, keys }, flags)));
    const publicKey = keys.signer?.publicKey;
    const done = { ...result, publicKey, elapsedMs: performance.now() - beganAt };
    run.output.line(backupLine(done));
    run.output.text(backupText(done, { where, style: run.output.style }));
    if (!result.manifest.sound) throw suspect(result.manifest);
    return result.warnings.length > 0 ? 'warnings' : 'done';
  });
}

function requirePossible({ minCopies }: BackupFlags, sinks: number): void {
  if (minCopies === undefined || minCopies <= sinks) return;
  throw new AdcsBackupError('invalid-usage', `--min-copies ${minCopies} can't be met with ${count(sinks, 'sink')}`, {
    hint: 'Name more sinks, or ask for fewer copies.',
  });
}

interface BackupUse {
  readonly sinks: Sinks;
  readonly keys: BackupKeys;
}

async function backupOptions(run: Run, { sinks, keys }: BackupUse, flags: BackupFlags): Promise<BackupOptions> {
  const { defaultServerName, exitNow, openCertSrv } = await import('@adcs-backup/certadm');
  run.endWith(exitNow);
  const observer = new BackupObserver(run.output);
  return {
    openCertSrv: async () => await openCertSrv(openOptions(run, flags)),
    sinks,
    ...keys,
    retry: retryPolicy(run, flags),
    sinkStallMs: sinkStallMs(flags, sinks.length),
    server: flags.server ?? defaultServerName(),
    type: flags.type ?? 'full',
    truncateLogs: flags.truncateLogs === true,
    ...(flags.minCopies === undefined ? {} : { minCopies: flags.minCopies }),
    strict: flags.strict === true,
    ...(flags.ca === undefined ? {} : { caName: flags.ca }),
    ...(flags.newChain === undefined ? {} : { newChain: flags.newChain }),
    ...(flags.chainMaxAge === undefined ? {} : { chainMaxAgeMs: flags.chainMaxAge }),
    ...(flags.lockFor === undefined ? {} : { lockForMs: flags.lockFor }),
    ...(flags.wait === undefined ? {} : { waitMs: flags.wait }),
    signal: run.signal,
    observe: (event) => observer.observe(event),
    tool: { name: 'adcs-backup', version },
  };
}

/** The set is there all the same: it may be the best there is. */
function suspect({ label, findings }: Manifest): AdcsBackupError {
  const [first, ...others] = findings;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return new AdcsBackupError('set-suspect', `the set ${label} is suspect: ${first?.message}${more}`, {
    hint: `Delete and truncate nothing, and keep the sets before it: "latest" names the newest sound one. ${remedy(findings)}`,
  });
}

function remedy(findings: Manifest['findings']): string {
  return findings.every(({ code }) => code === 'log-missing')
    ? 'Take a full set (--type full --truncate-logs), and find out what deletes logs of this CA: see docs/checks.md.'
    : 'Run again; if it stays so, the disk or the database of the CA is damaged: see docs/checks.md.';
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
  run.output.note(leftBehind(result));
  for (const later of result.laterErrors) {
    run.output.warning({
      code: 'cleanup-failed',
      message: `while cleaning up after the error below: ${messageOf(later)}`,
    });
  }
  throw result.error;
}

function leftBehind({ manifest, error }: Extract<BackupResult, { readonly at: 'failed' }>): string {
  if (manifest !== undefined) return `set ${manifest.label} is sealed: it stays`;
  // A put can land without the sink's word for it.
  const isDoubtful = AdcsBackupError.is(error) && error.code.startsWith('sink-');
  return isDoubtful
    ? 'no set is known to be sealed ("adcs-backup list" tells); those before are as they were'
    : 'no set was sealed; those before are as they were';
}
