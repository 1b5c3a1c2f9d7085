import { logFileName } from '@adcs-backup/ese';
import { EXPORT_NAMES, type ExportName } from '@adcs-backup/standin';
import { type Disturbance, type Ending, unnoticed } from './disturbance.ts';
import { hasCalled, hasFailed, type ObservedRun, type RunPlan, tookFullInstead } from './observed-run.ts';
import type { Random } from './random.ts';

/** What the CA and its engine can do to a run. */

interface Failure {
  readonly hresult: number;
  readonly exitCode: number;
}

/** Disk error, lost connection, bad page, access denied, call out of order. */
const failures: readonly Failure[] = [
  { hresult: 0xc80003fe, exitCode: 1 },
  { hresult: 0x800706be, exitCode: 10 },
  { hresult: 0xc80003fa, exitCode: 14 },
  { hresult: 0x80070005, exitCode: 11 },
  { hresult: 0xc8000209, exitCode: 1 },
];

export function failingCall(random: Random): Disturbance {
  const call = random.one(EXPORT_NAMES.filter((name) => name !== 'CertSrvBackupFree'));
  const failure = random.one(failures);
  const { hresult } = failure;
  return {
    kind: `${call} fails`,
    faults: { fail: [{ call, nth: call === 'CertSrvBackupRead' ? random.integer(1, 12) : 1, hresult }] },
    warnings: ['online-unknown', 'restore-map-unknown', 'dynamic-files-unknown', 'truncation-failed', 'end-failed'],
    endings: (run, undisturbed) => {
      if (!hasFailed(run, call, hresult)) return undisturbed;
      const ending = endingOf(call, failure, run.plan);
      // The failure may have met the trial with logs only, or the full set after it.
      return tookFullInstead(run) ? [...undisturbed, 3, ending] : [ending];
    },
  };
}

/** Some calls are not worth the backup. */
function endingOf(call: ExportName, { hresult, exitCode }: Failure, { type }: RunPlan): number {
  switch (call) {
    case 'CertSrvIsServerOnlineW':
      return hresult === 0x80070005 ? 3 : hresult === 0xc8000209 ? 10 : exitCode;
    case 'CertSrvRestoreGetDatabaseLocationsW':
      return type === 'full' ? exitCode : 3;
    case 'CertSrvBackupTruncateLogs':
    case 'CertSrvBackupGetDynamicFileListW':
    case 'CertSrvBackupEnd':
      return 3;
    default:
      return exitCode;
  }
}

export function hangingCall(random: Random): Disturbance {
  const call = random.one([
    'CertSrvBackupGetBackupLogsW',
    'CertSrvBackupRead',
    'CertSrvBackupTruncateLogs',
    'CertSrvBackupEnd',
  ] as const);
  return {
    kind: `${call} hangs`,
    faults: { hang: [{ call, nth: 1 }] },
    flags: ['--stall-timeout', '1s'],
    leavesSession: true,
    endings: (run, undisturbed) => (run.report.hung.length > 0 ? [1] : undisturbed),
  };
}

export function emptyList(random: Random): Disturbance {
  const call = random.one([
    'CertSrvBackupGetBackupLogsW',
    'CertSrvBackupGetDatabaseNamesW',
    'CertSrvBackupGetDynamicFileListW',
  ] as const);
  return {
    kind: `${call} lists nothing`,
    faults: { emptyLists: [{ call, shape: random.one(['null', 'nul']) }] },
    endings: (run, undisturbed) => {
      if (call === 'CertSrvBackupGetDynamicFileListW' || !hasCalled(run, call)) return undisturbed;
      return call === 'CertSrvBackupGetDatabaseNamesW' ? [1] : [1, 14];
    },
  };
}

export function serviceAway(random: Random): Disturbance {
  const [kind, exitCode] = random.one([
    ['stopped', 10],
    ['suspended', 10],
    ['unprivileged', 11],
  ] as const);
  return { kind: `service: ${kind}`, faults: { [kind]: true }, endings: () => [exitCode] };
}

export function wrongSize(random: Random): Disturbance {
  const sizeLieBytes = random.one([-4096, -1, 1, 4096]);
  return { kind: 'announced sizes are wrong', faults: { sizeLieBytes }, endings: () => [14] };
}

/** What the engine may do, and nobody should mind. */
export function harmless(random: Random): Disturbance {
  const [kind, faults] = random.one([
    ['short reads', { shortReadBytes: random.integer(3000, 100_000) }],
    ['slow reads', { slowReadMs: random.integer(1, 10) }],
    ['truncation of nothing', { truncateNothing: true }],
    ['one thread only', { oneThread: true }],
  ] as const);
  return { kind, faults, endings: unnoticed };
}

/** Where a bit can be flipped on its way. */
export interface FlipTarget {
  readonly databaseName: string;
  readonly databaseBytes: number;
  /** Of logs that lie on the disk, or will when the current one is closed. */
  readonly generations: readonly number[];
}

export function flippedBit(random: Random, plan: RunPlan, target: FlipTarget): Disturbance {
  const isDatabase = plan.type === 'full' && random.happens(0.5);
  const file = isDatabase ? target.databaseName : logFileName(random.one(target.generations));
  const offset = random.integer(0, (isDatabase ? target.databaseBytes : 1024 ** 2) - 1);
  const isStrict = random.happens(0.3);
  return {
    kind: `bit flipped in a ${isDatabase ? 'database' : 'log'}${isStrict ? ', --strict' : ''}`,
    faults: { flipBits: [{ file, offset, bit: random.integer(0, 7) }] },
    flags: isStrict ? ['--strict'] : [],
    warnings: ['not-truncated'],
    endings: (run, undisturbed) => flipEndings(run, file, undisturbed),
  };
}

function flipEndings(run: ObservedRun, file: string, undisturbed: readonly Ending[]): readonly Ending[] {
  if (!run.handedOut.has(file)) return undisturbed;
  const isStored = run.sealed.some(({ set }) => set.manifest.files.some(({ name }) => name === file));
  // The trial met it, but not the full set after it.
  return tookFullInstead(run) && run.sealed.length > 0 && !isStored ? undisturbed : [14];
}
