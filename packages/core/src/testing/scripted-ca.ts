import type { LogFolder, SetType } from '../certsrv.ts';

/** A call of the source port, as `ScriptedCertSrv` records it. */
export type ScriptedCall =
  | 'load'
  | 'isServerOnline'
  | 'prepareBackup'
  | 'databaseLocations'
  | 'databaseFiles'
  | 'openFile'
  | 'read'
  | 'close'
  | 'logFiles'
  | 'dynamicFiles'
  | 'readDynamicFile'
  | 'listLogFolder'
  | 'truncateLogs'
  | 'end'
  | 'release';

/** The script that `ScriptedCertSrv` follows. */
export interface ScriptedCa {
  readonly caName?: string;
  /** Handed out in full sessions only. */
  readonly databases?: Readonly<Record<string, Uint8Array>>;
  readonly logs?: Readonly<Record<string, Uint8Array>>;
  /** By UNC path. */
  readonly dynamicFiles?: Readonly<Record<string, Uint8Array>>;
  /** Announced size minus real size. */
  readonly sizeLieBytes?: number;
  /** No read gives more than this. */
  readonly readBytes?: number;
  /** Called before each call, with the number of calls so far: throw to make the call fail. */
  readonly beforeCall?: (call: ScriptedCall, index: number) => void | Promise<void>;
  readonly online?: boolean;
  /** Called for each session: what is other in it than in this script. Throw to refuse the session. */
  readonly prepare?: (type: SetType) => Partial<ScriptedCa>;
  /** What lies in the log folder, asked at each look. Default: the script's logs, and none after a truncation. */
  readonly logFolder?: () => LogFolder;
}
