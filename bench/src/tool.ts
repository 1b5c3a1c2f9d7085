import type { Measured } from './measure.ts';
import type { Place } from './place.ts';

/** What a backup backs up. */
export interface Source {
  /** The CA's Certadm, for the tool that calls it. */
  readonly library: string;
  /** A folder of the files that Certadm hands out, for tools that read files. */
  readonly handedOut: string;
  /** Of all files in that folder. */
  readonly bytes: number;
}

/** A backup tool, driven by its command. Every method checks what the command did, not only how it ended. */
export interface Tool {
  readonly name: ToolName;
  /** As the tool says it. */
  readonly version: string;
  /** Its settings, for the report. */
  readonly settings: string;
  /** Makes an empty repository; not measured. */
  create(place: Place): Promise<void>;
  /** Adds a full backup. @throws when the repository doesn't list it afterwards, or when not all bytes were read */
  backup(place: Place, source: Source): Promise<Measured>;
  /** Reads all that is stored. @throws when the tool found damage, or read nothing */
  verify(place: Place): Promise<Measured>;
  /** Writes the newest backup into a new folder; the caller compares. */
  restore(place: Place, to: string): Promise<Measured>;
}

export type ToolName = 'adcs-backup' | 'restic' | 'borg';

/** Tools to compare with, in the order of the report. */
export const others: readonly ToolName[] = ['restic', 'borg'];

/** @throws when a backup read other than all of the source, or when it isn't listed */
export function checkBackup(tool: ToolName, found: BackupFound): void {
  if (found.sets.after !== found.sets.before + 1) {
    throw new Error(`${tool} lists ${found.sets.after} backups after a backup, and ${found.sets.before} before it`);
  }
  // Tools count a little differently: borg adds its metadata, ours leaves out what Certadm doesn't hand out itself.
  if (!(Math.abs(found.readBytes / found.sourceBytes - 1) <= 0.001)) {
    throw new Error(`${tool} says that it read ${found.readBytes} bytes, the source has ${found.sourceBytes}`);
  }
}

export interface BackupFound {
  readonly sets: { readonly before: number; readonly after: number };
  readonly readBytes: number;
  readonly sourceBytes: number;
}
