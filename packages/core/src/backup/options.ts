import type { CertSrv, LogFolder, SetType } from '../certsrv.ts';
import type { ObjectSigner, PackRecipients, TrustedSigners } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { RetryPolicy } from '../sink/retry-policy.ts';
import type { Manifest, Warning } from '../store/manifest.ts';
import type { BackupEvent } from './events.ts';

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export interface BackupOptions {
  /** Steps 1 and 2. */
  readonly openCertSrv: () => Promise<CertSrv>;
  /**
   * Where the set goes: the same keys and bytes in each. One that fails is dropped with a warning while another
   * goes on, and gets what it lacks in a later run.
   */
  readonly sinks: readonly [BackupSink, ...BackupSink[]];
  /** How failing calls of the sinks are made again; without it they aren't. */
  readonly retry?: RetryPolicy;
  /** A sink of which no call succeeds for so long is dropped; default 15 minutes. */
  readonly sinkStallMs?: number;
  /** The CA's machine name given to the API. */
  readonly server: string;
  /** `auto`: logs only where that is possible and sound, otherwise full. */
  readonly type: SetType | 'auto';
  /** Step 11, only when the set is sound. Default false. */
  readonly truncateLogs?: boolean;
  /** Logs are truncated only when the set is sound in so many sinks; default: all that are named. */
  readonly minCopies?: number;
  /** Instead of the name that the restore map tells. */
  readonly caName?: string;
  /** Begin a new chain although the newest one could be gone on with. */
  readonly newChain?: boolean;
  /** A new chain begins when the newest one is older; default 30 days. */
  readonly chainMaxAgeMs?: number;
  /** How long "backup in progress" is waited for; default 2 minutes. */
  readonly waitMs?: number;
  /** A set that is not sound is not sealed. Default false: it may be the best there is. */
  readonly strict?: boolean;
  /** Packs become age files for these; a chain has one list of recipients. */
  readonly recipients?: PackRecipients;
  /** Signs manifests, outcomes, maps and begins. */
  readonly signer?: ObjectSigner;
  /** Earlier sets count only when one of these signed them. */
  readonly trusted?: TrustedSigners;
  /** Every object is locked until the chain's oldest age and this have passed since the chain began. */
  readonly lockForMs?: number;
  readonly signal?: AbortSignal;
  readonly observe?: (event: BackupEvent) => void;
  readonly tool: { readonly name: string; readonly version: string };
  /** Threads that hash and compress; 0 does it on the calling thread. Default: one for each core, 4 at most. */
  readonly workers?: number;
  readonly clock?: Clock;
}

/** Log folder before and after truncation. */
export interface Truncation {
  readonly before: LogFolder;
  readonly after: LogFolder;
}

/** How the session ended after a set was sealed: the content of `outcome.json`. */
export interface SetOutcome {
  readonly label: string;
  readonly endedAt: Date;
  /** Undefined when truncation was not asked for, or not reached. */
  readonly truncation: Truncation | undefined;
  /** At the end of the session. */
  readonly logFolder: LogFolder;
  /** What failed after sealing; empty when CertSrvBackupEnd and all else succeeded. */
  readonly warnings: readonly Warning[];
}

/** What became of one of the run's sinks. */
export type SinkResult =
  | { readonly location: string; readonly at: 'sealed' }
  /** It failed, before or after the set was sealed; or it lacks objects that the set refers to. */
  | { readonly location: string; readonly at: 'dropped' | 'behind'; readonly error: unknown };

/** A run never rejects: it tells what became of it. */
export type BackupResult =
  | {
      readonly at: 'finished';
      readonly manifest: Manifest;
      readonly outcome: SetOutcome;
      readonly warnings: readonly Warning[];
      /** In the order of the options. */
      readonly sinks: readonly SinkResult[];
    }
  | {
      readonly at: 'failed';
      /** The first error. */
      readonly error: unknown;
      /** Errors met while cleaning up after it: the first one wins, none is lost. */
      readonly laterErrors: readonly unknown[];
      /** There when the set was sealed before the failure: it stays. */
      readonly manifest: Manifest | undefined;
    };
