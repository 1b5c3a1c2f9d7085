import { type BackupInfo, readBackupInfo } from '../backup-info.ts';
import { decodeTrailer } from '../trailer.ts';
import { type EngineTime, readEngineTime, readRawSignature } from './raw-fact.ts';

export const DATABASE_STATES = [
  'unknown',
  'just-created',
  'dirty-shutdown',
  'clean-shutdown',
  'being-converted',
  'force-detach',
  'reseed-in-progress',
  'dirty-and-patched',
  'revert-in-progress',
] as const;

export type DatabaseState = (typeof DATABASE_STATES)[number];

/** What a database's header says. */
export interface DatabaseHeaderFacts {
  /** In bytes. */
  readonly pageSize: number;
  /** As the engine's own tools print it: version, update, minor update, such as `0x620,110,240`. */
  readonly formatVersion: string;
  readonly state: DatabaseState;
  /** 56 hexadecimal digits. */
  readonly signature: string;
  /** Signature of the log stream that the database belongs to. */
  readonly logSignature: string;
  readonly requiredLogs: RequiredLogFacts;
  /** Set only in a streaming copy, or after restoring one; `genHigh` is 0 until it is restored. */
  readonly currentFullBackup: BackupInfo | undefined;
  readonly previousFullBackup: BackupInfo | undefined;
}

/** Generations that the database needs by its header; all 0 when it needs none. */
export interface RequiredLogFacts {
  readonly minRequired: number;
  readonly maxRequired: number;
  readonly maxCommitted: number;
  /** When those two logs were created; undefined when the header doesn't say. */
  readonly maxRequiredCreated: EngineTime | undefined;
  readonly maxCommittedCreated: EngineTime | undefined;
}

/** What the last page of a streaming copy says. */
export interface TrailerFacts {
  /** `genHigh`: the generation that was current when the last page was read. */
  readonly backup: BackupInfo;
  readonly signature: string;
  readonly logSignature: string;
  /** What the database needed when the last page was read; only from format 0x620,160,360 on. */
  readonly requiredLogs?: RequiredLogFacts | undefined;
}

/** Everything that a checked database says of itself. */
export interface DatabaseFacts extends DatabaseHeaderFacts {
  /** `differs` is normal: the engine was between writing the one and the other. */
  readonly shadowHeader: 'same' | 'differs' | 'bad' | 'missing';
  readonly trailer: TrailerFacts | undefined;
  /** Lowest generation that a streaming copy needs; undefined for other databases. */
  readonly genLow: number | undefined;
  /** Highest one; undefined too when the trailer, which names it, is missing or bad. */
  readonly genHigh: number | undefined;
}

/** Reads a header page. Neither checksum nor magic is looked at. */
export function readDatabaseHeaderFacts(page: DataView): DatabaseHeaderFacts {
  return {
    pageSize: page.getUint32(236, true) || 4096,
    formatVersion: `0x${page.getUint32(8, true).toString(16)},${page.getUint32(232, true)},${page.getUint32(644, true)}`,
    state: DATABASE_STATES[page.getUint32(52, true)] ?? 'unknown',
    signature: readRawSignature(page, 24),
    logSignature: readRawSignature(page, 108),
    requiredLogs: {
      minRequired: page.getUint32(296, true),
      maxRequired: page.getUint32(300, true),
      maxCommitted: page.getUint32(416, true),
      maxRequiredCreated: readEngineTime(page, 672),
      maxCommittedCreated: readEngineTime(page, 348),
    },
    currentFullBackup: readBackupInfo(page, 184),
    previousFullBackup: readBackupInfo(page, 136),
  };
}

/** Undefined when the page isn't a whole trailer. */
export function readTrailerFacts(page: Uint8Array): TrailerFacts | undefined {
  const trailer = decodeTrailer(page);
  if (trailer === undefined) return undefined;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const requiredLogs = readTrailerLogs(view);
  return {
    backup: trailer.backup,
    signature: readRawSignature(view, 64),
    logSignature: readRawSignature(view, 92),
    ...(requiredLogs && { requiredLogs }),
  };
}

/** Undefined where older formats have zeros. */
function readTrailerLogs(view: DataView): RequiredLogFacts | undefined {
  const minRequired = view.getUint32(120, true);
  if (minRequired === 0) return undefined;
  return {
    minRequired,
    maxRequired: view.getUint32(124, true),
    maxCommitted: view.getUint32(128, true),
    maxRequiredCreated: readEngineTime(view, 132),
    maxCommittedCreated: readEngineTime(view, 140),
  };
}
