import { randomUUID } from 'node:crypto';
import type { Setting } from './settings-file.ts';

/** The names that the library exports. */
export const EXPORT_NAMES = [
  'CertSrvIsServerOnlineW',
  'CertSrvBackupPrepareW',
  'CertSrvRestoreGetDatabaseLocationsW',
  'CertSrvBackupGetDatabaseNamesW',
  'CertSrvBackupOpenFileW',
  'CertSrvBackupRead',
  'CertSrvBackupClose',
  'CertSrvBackupGetBackupLogsW',
  'CertSrvBackupTruncateLogs',
  'CertSrvBackupGetDynamicFileListW',
  'CertSrvBackupEnd',
  'CertSrvBackupFree',
] as const;

export type ExportName = (typeof EXPORT_NAMES)[number];

/** Which call: the n-th of this function, counted from 1 in each process since the faults were set. */
export interface NthCall {
  readonly call: ExportName;
  readonly nth: number;
}

/** One bit of a file as it is handed out, headers and trailer included: damage that the engine's own check can't see. */
export interface FlippedBit {
  /** Such as `Demo Issuing CA 1.edb` or `edb00003.log`. */
  readonly file: string;
  readonly offset: number;
  /** 0 to 7. */
  readonly bit: number;
}

/** What should go wrong. */
export interface Faults {
  /** HRESULTs as unsigned numbers. */
  readonly fail?: readonly (NthCall & { readonly hresult: number })[];
  /** These calls never return. */
  readonly hang?: readonly NthCall[];
  /** Lists of nothing, as a NULL pointer with 0 bytes or as a lone NUL. */
  readonly emptyLists?: readonly { readonly call: ExportName; readonly shape: 'null' | 'nul' }[];
  /** Damage on the way; digests are those of the damaged bytes. */
  readonly flipBits?: readonly FlippedBit[];
  /** The service doesn't run. */
  readonly stopped?: boolean;
  /** The service runs, but accepts no requests. */
  readonly suspended?: boolean;
  /** The caller has no backup privilege. */
  readonly unprivileged?: boolean;
  /** Calls from another thread than the first are refused. */
  readonly oneThread?: boolean;
  /** Truncation succeeds without deleting anything. */
  readonly truncateNothing?: boolean;
  readonly shortReadBytes?: number;
  readonly slowReadMs?: number;
  /** How long the session of a killed process keeps others out, from the first time that one of them asks. */
  readonly lingerMs?: number;
  /** Added to every announced size. */
  readonly sizeLieBytes?: number;
}

/** The lines of the fault file. */
export function faultSettings(faults: Faults): Setting[] {
  const { fail = [], hang = [], emptyLists = [], flipBits = [], ...switches } = faults;
  return [
    // A new id makes the library count its calls from the start.
    ['id', randomUUID()],
    ...fail.map(({ call, nth, hresult }): Setting => ['fail', `${call} ${nth} 0x${hresult.toString(16)}`]),
    ...hang.map(({ call, nth }): Setting => ['hang', `${call} ${nth}`]),
    ...emptyLists.map(({ call, shape }): Setting => ['empty', `${call} ${shape}`]),
    ...flipBits.map(({ file, offset, bit }): Setting => ['flip', `${offset} ${bit} ${file}`]),
    ...Object.entries(switches).map(([key, value]): Setting => [key, Number(value)]),
  ];
}
