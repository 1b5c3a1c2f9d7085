/** The source port: everything the state machine knows of a CA. Implemented by `@adcs-backup/certadm`. */

/** `full` is CSBACKUP_TYPE_FULL; `logs-only` is CSBACKUP_TYPE_LOGS_ONLY, what certutil calls incremental. */
export type SetType = 'full' | 'logs-only';

/** The library behind the port, recorded in every manifest. */
export interface LibraryInfo {
  /** Full path as loaded. */
  readonly path: string;
  /** File version, where the platform tells one. */
  readonly version?: string;
  /** False when another library than the system's Certadm.dll was named. */
  readonly isSystem: boolean;
}

export type RestoreMapKind = 'database' | 'log-directory' | 'checkpoint-directory' | 'unknown';

/** What CertSrvRestoreGetDatabaseLocations told: where the CA keeps its files, in the server's own view. */
export interface RestoreMap {
  readonly entries: readonly { readonly kind: RestoreMapKind; readonly path: string }[];
  /** The list as it came, UTF-16LE with its tags: the content of certutil's `certbkxp.dat`. */
  readonly raw: Uint8Array;
}

export type SourceFileRole = 'database' | 'log';

export interface SourceFile {
  readonly role: SourceFileRole;
  /** As Certadm listed it, without the CSBFT tag: a UNC path in the server's own view. */
  readonly path: string;
  /** Last part of `path`. */
  readonly name: string;
}

/** What lies in the CA's log folder, or why nobody can say. */
export type LogFolder =
  | {
      readonly readable: true;
      readonly path: string;
      /** Closed logs (`edbXXXXX.log`), not `edb.log`. */
      readonly logCount: number;
      /** Absent when there is no closed log. */
      readonly lowestGeneration?: number;
      readonly highestGeneration?: number;
      readonly logBytes: number;
      readonly freeBytes: number;
      /** Size of the volume that the folder lies on. */
      readonly volumeBytes: number;
    }
  | { readonly readable: false; readonly path: string; readonly reason: string };

/** One file opened by CertSrvBackupOpenFile. Only one can be open in a session. */
export interface OpenFile extends AsyncDisposable {
  readonly file: SourceFile;
  /** What Certadm announced, in bytes; may be larger than the file on disk. */
  readonly sizeBytes: number;
  /**
   * Fills `into` from its start with the next bytes and resolves with their number; 0 at the end, and
   * again 0 after that. Fewer than `into.length` is not the end. Calls may be queued: they run one
   * after another, and those behind a failed one reject without reaching Certadm.
   * `into` must not be touched until the call settles; what it holds after a failure is undefined.
   */
  read(into: Uint8Array): Promise<number>;
  /** CertSrvBackupClose. The second call does nothing. Disposing closes if nobody did. */
  close(): Promise<void>;
}

/** From CertSrvBackupPrepare to CertSrvBackupEnd. */
export interface BackupSession extends AsyncDisposable {
  readonly type: SetType;
  /** Step 5. */
  databaseLocations(): Promise<RestoreMap>;
  /** Step 6; full sessions only. */
  databaseFiles(): Promise<readonly SourceFile[]>;
  /** Step 7. @throws when the name is not from a list of this session, or another file is open */
  openFile(file: SourceFile): Promise<OpenFile>;
  /** Step 10. Closes the database phase and makes the engine roll its log. */
  logFiles(): Promise<readonly SourceFile[]>;
  /** Step 12: names only. */
  dynamicFiles(): Promise<readonly string[]>;
  /** Step 13: our own file I/O, by local path when the server is this host. */
  readDynamicFile(name: string): AsyncIterable<Uint8Array>;
  /** Step 11. Deletes logs on the CA; "success" doesn't prove that any was deleted. */
  truncateLogs(): Promise<void>;
  /** Our own file I/O. @throws never for an unreadable folder: that is an answer */
  listLogFolder(): Promise<LogFolder>;
  /** Step 14, once; its result tells whether the engine counts this backup. Disposing ends if nobody did. */
  end(): Promise<void>;
}

/** Certadm, loaded (steps 1 and 2). Disposing releases it (step 16). */
export interface CertSrv extends AsyncDisposable {
  readonly library: LibraryInfo;
  /** Step 3. False: running but suspended. @throws `server-not-online` when not running */
  isServerOnline(server: string): Promise<boolean>;
  /** Step 4. @throws `backup-in-progress`, retryable, while another session is open */
  prepareBackup(server: string, type: SetType): Promise<BackupSession>;
}
