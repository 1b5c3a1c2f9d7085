import type { DatabaseFacts, LogFacts } from '@adcs-backup/ese';
import type { LibraryInfo, RestoreMap, SetType } from '../certsrv.ts';

/** Written into every object of this format; a reader refuses a higher one. */
export const FORMAT: number = 1;

export type FileRole = 'database' | 'log' | 'dynamic';

/** An object that a set needs, by the bytes as they are stored: it can be checked without any key. */
export interface ObjectRecord {
  readonly key: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Where a run of a file's block entries lies in a map. */
export interface Extent {
  /** Index in {@link Manifest.maps}. */
  readonly map: number;
  /** Index of the first entry in that map. */
  readonly firstEntry: number;
  readonly blocks: number;
}

export interface FileRecord {
  readonly role: FileRole;
  /** Its name in a restore; unique within role. */
  readonly name: string;
  /** As Certadm listed it. */
  readonly sourcePath: string;
  readonly sizeBytes: number;
  /** Of {@link TreeDigest}, lower-case hex. */
  readonly treeDigest: string;
  /** Of a database or log: whether its own check, page by page, found nothing wrong. */
  readonly intact?: boolean;
  /** Of a database whose header could be read. */
  readonly database?: DatabaseFacts;
  /** Of a log whose header could be read. */
  readonly log?: LogFacts;
  /** In order of the file's blocks. */
  readonly extents: readonly Extent[];
}

/** Something the operator should know; the set is complete all the same. */
export interface Warning {
  /** Stable word, for programs. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Something wrong with the content of a set's files, or with how they fit together. */
export interface ContentFinding extends Warning {
  /** Name of the file at fault; absent where none is. */
  readonly file?: string;
  /** In bytes from the beginning of the file. */
  readonly offset?: number;
  /** Page number in a database, segment number in a log. */
  readonly number?: number;
}

/** What was checked before sealing. A set is sound when all of them passed. */
export interface Checks {
  /** Every file had the announced size. */
  readonly sizes: 'passed';
  /** Every object that the set refers to was seen in the sink with its size. */
  readonly objects: 'passed';
  /** Every database page and log segment of the set's own files. */
  readonly contents: 'passed' | 'failed';
  /** Logs follow one another from the full set to the end of this one, and all that they need is in the sink. */
  readonly chain: 'passed' | 'failed';
}

export interface SetCounts {
  /** Bytes read from the CA. */
  readonly sourceBytes: number;
  readonly blocks: number;
  /** Blocks of zeros: nothing is stored for them. */
  readonly zeroBlocks: number;
  /** Blocks that this run stored. */
  readonly newBlocks: number;
  /** Bytes of the packs and maps that this run put. */
  readonly storedBytes: number;
}

/** A link to the set before, in whatever chain. */
export interface PreviousSet {
  readonly label: string;
  readonly chain: string;
  /** Of its manifest's bytes, lower-case hex. */
  readonly sha256: string;
}

/** What all sets of a chain have in common: when one of them is to change, a new chain begins. */
export interface ChainTerms {
  /** Its packs are age files for these, sorted; absent when they are plain. */
  readonly recipients?: readonly string[];
  /** No object of the chain can be deleted before; absent when nothing is locked. */
  readonly lockedUntil?: Date;
}

/** Whether digests of the file's blocks are salted, so that they tell nothing of it; see `encodeSalted`. */
export function isSalted({ recipients }: ChainTerms, { role }: Pick<FileRecord, 'role'>): boolean {
  return recipients !== undefined && role === 'dynamic';
}

/** What seals a set: put last, it makes the set exist. */
export interface Manifest extends ChainTerms {
  readonly format: number;
  readonly label: string;
  readonly chain: string;
  readonly type: SetType;
  /** Counted per CA across chains, from 1. */
  readonly number: number;
  /** Label of the full set that a logs-only set builds on; absent in a full set. */
  readonly base?: string;
  /** The newest manifest that this run could see. */
  readonly previous: PreviousSet | undefined;
  readonly ca: { readonly id: string; readonly name: string };
  readonly server: string;
  /** Name of the machine that the tool ran on. */
  readonly host: string;
  readonly startedAt: Date;
  readonly sealedAt: Date;
  readonly tool: { readonly name: string; readonly version: string };
  readonly library: LibraryInfo;
  readonly blockBytes: number;
  readonly restoreMap: RestoreMap;
  readonly files: readonly FileRecord[];
  readonly maps: readonly ObjectRecord[];
  /** Own packs and older ones. */
  readonly packs: readonly ObjectRecord[];
  readonly counts: SetCounts;
  readonly checks: Checks;
  readonly sound: boolean;
  readonly warnings: readonly Warning[];
  /** What the checks found wrong; empty in a sound set. */
  readonly findings: readonly ContentFinding[];
}
