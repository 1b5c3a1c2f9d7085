import type { BackupSession, CertSrv, SourceFile } from '../certsrv.ts';
import type { SinkGroup } from '../group/sink-group.ts';
import type { FileRecord, Manifest } from '../store/manifest.ts';
import type { SetWriter } from '../store/set-writer.ts';
import type { Behind } from './catch-up.ts';
import type { History } from './history.ts';
import type { SetOutcome, Truncation } from './options.ts';

/**
 * "Backing Up Certificate Services": each state, what may follow it, and the step of that document.
 * A step of `steps.ts` that returns another state doesn't compile.
 */
export interface Transitions {
  /** 1, 2: LoadLibrary, GetProcAddress; SeBackupPrivilege. */
  'loading-library': 'checking-server';
  /** 3: CertSrvIsServerOnline. */
  'checking-server': 'preparing-session';
  /** 4: CertSrvBackupPrepare. */
  'preparing-session': 'saving-restore-map';
  /** 5: CertSrvRestoreGetDatabaseLocations. */
  'saving-restore-map': 'listing-databases' | 'listing-logs';
  /** 6: CertSrvBackupGetDatabaseNames. */
  'listing-databases': 'copying-database-file';
  /** 7, 8, 9: CertSrvBackupOpenFile, -Read, -Close. */
  'copying-database-file': 'copying-database-file' | 'listing-logs';
  /** 10: CertSrvBackupGetBackupLogs. */
  'listing-logs': 'copying-log-file' | 'listing-dynamic-files';
  /** 7, 8, 9 again. */
  'copying-log-file': 'copying-log-file' | 'listing-dynamic-files';
  /** 12: CertSrvBackupGetDynamicFileList. */
  'listing-dynamic-files': 'copying-dynamic-file' | 'sealing';
  /** 13: not Certadm. */
  'copying-dynamic-file': 'copying-dynamic-file' | 'sealing';
  /** Ours: step 11 must not run before it. */
  sealing: 'truncating-logs' | 'ending-session';
  /** 11: CertSrvBackupTruncateLogs. */
  'truncating-logs': 'ending-session';
  /** 14: CertSrvBackupEnd. Step 15, CertSrvBackupFree, is part of each list call. */
  'ending-session': 'releasing-library';
  /** 16: FreeLibrary. */
  'releasing-library': 'catching-up' | 'finished' | 'failed';
  /** Ours: a sink that lags gets what it lacks when no session waits. */
  'catching-up': 'finished';
}

/** The library is loaded: only from here on can it be released. */
interface Loaded {
  readonly certSrv: CertSrv;
}

/** A session is open: only from here on can it be ended. */
interface InSession extends Loaded {
  readonly session: BackupSession;
}

/** The label is claimed: only from here on can files be stored. */
interface Storing extends InSession {
  readonly set: SetWriter;
  /** What the files are held to. */
  readonly history: History;
}

/** Logs are being copied. */
interface CopyingLogs extends Storing {
  /** Good copies of the chain's logs, by generation; emptied once a fork was seen. */
  readonly known: Map<number, FileRecord>;
}

/** The first error wins; later ones are attached to it. */
interface Failure {
  readonly error: unknown;
}

/** The manifest is put: only from here on is there a set. */
interface Sealed extends Storing {
  /** The sinks that have it. */
  readonly copies: SinkGroup;
}

/** Made by the sealing step alone: no other way leads to truncation. */
export interface SoundSet {
  readonly manifest: Manifest & { readonly sound: true };
  /** Earlier sets that its restore needs. */
  readonly needs: readonly Manifest[];
}

/** What the session leaves behind: a sealed set, a failure, or both. */
type Ending =
  | {
      readonly set: SetWriter;
      readonly history: History;
      readonly copies: SinkGroup;
      readonly manifest: Manifest;
      readonly truncation: Truncation | undefined;
      readonly failure: Failure | undefined;
    }
  | { readonly set: SetWriter | undefined; readonly manifest: undefined; readonly failure: Failure };

/** The set is sealed and the session ended well. */
interface Finished {
  readonly at: 'finished';
  readonly manifest: Manifest;
  /** The sinks in which it was sealed. */
  readonly copies: SinkGroup;
  readonly outcome: SetOutcome;
  /** Sinks that have not got the set in the end, and why. */
  readonly behind: Behind;
}

/** How a run ends. */
type Ended = Finished | ({ readonly at: 'failed'; readonly manifest: Manifest | undefined } & Failure);

/** Each state carries only what its step may use. */
export type BackupState =
  | { readonly at: 'loading-library' }
  | ({ readonly at: 'checking-server' } & Loaded)
  | ({ readonly at: 'preparing-session' } & Loaded)
  | ({ readonly at: 'saving-restore-map' } & InSession)
  | ({ readonly at: 'listing-databases' } & Storing)
  | ({
      readonly at: 'copying-database-file';
      readonly file: SourceFile;
      readonly rest: readonly SourceFile[];
    } & Storing)
  | ({ readonly at: 'listing-logs' } & Storing)
  | ({
      readonly at: 'copying-log-file';
      readonly file: SourceFile;
      readonly rest: readonly SourceFile[];
    } & CopyingLogs)
  | ({ readonly at: 'listing-dynamic-files' } & Storing)
  | ({ readonly at: 'copying-dynamic-file'; readonly name: string; readonly rest: readonly string[] } & Storing)
  | ({ readonly at: 'sealing' } & Storing)
  | ({ readonly at: 'truncating-logs'; readonly sealed: SoundSet } & Sealed)
  | ({ readonly at: 'ending-session' } & InSession & Ending)
  | ({ readonly at: 'releasing-library'; readonly ended: Ended } & Loaded)
  | { readonly at: 'catching-up'; readonly ended: Finished }
  | Ended;

export type StateAt<Name extends BackupState['at']> = Extract<BackupState, { readonly at: Name }>;

/** One function for each row of {@link Transitions}. */
export type Steps<Io> = {
  readonly [Name in keyof Transitions]: (state: StateAt<Name>, io: Io) => Promise<StateAt<Transitions[Name]>>;
};
