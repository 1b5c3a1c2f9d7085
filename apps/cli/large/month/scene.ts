import type { Manifest } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { Place } from '../../test/place.ts';
import type { LogArchive, LogDigests } from './log-archive.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** So many generations lies the checkpoint behind the log that is written to, after each issuance. */
export const CHECKPOINT_LAG = 2;

/** What was known when a set was sealed, by the CA and not by the set. */
export interface RecordedSet {
  readonly manifest: Manifest;
  /** SHA-256 of what the session handed out, by file name. */
  readonly handedOut: ReadonlyMap<string, string>;
  /** Of every log of the CA's history up to then. */
  readonly logs: LogDigests;
  /** Of the CA when the last log of the set was closed; undefined when the set has no complete restore. */
  readonly state: string | undefined;
  /** It is sound, its session ended well, and as a full set it truncated: logs only may follow. */
  readonly isTrusted: boolean;
  /** Certificates were issued during its session. */
  readonly wasBusy: boolean;
}

/** A state of the machine that it can be reverted to. */
interface SavedMachine {
  readonly folder: string;
  readonly logs: LogDigests;
}

/** A CA, its sink, and all that is known of them. */
export interface Scene {
  readonly place: Place;
  readonly sink: BackupSink;
  readonly random: Random;
  readonly archive: LogArchive;
  readonly tally: Tally;
  /** By label, oldest first. */
  readonly sets: Map<string, RecordedSet>;
  /** One line for each thing that happened. */
  readonly diary: string[];
  /** The engine counts the newest full set, and nothing came between: logs only must do. */
  isSettled: boolean;
  /** The CA went back since its newest sound full set. */
  isForked: boolean;
  saved: SavedMachine | undefined;
}

/** A new path in the scene's folder. */
export function newPath({ place, tally }: Scene, name: string): string {
  tally.paths += 1;
  return `${place.folder}/${name}-${tally.paths}`;
}
