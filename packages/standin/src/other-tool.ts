import { readdirSync, readFileSync } from 'node:fs';
import { decodeDatabaseHeader, logGeneration } from '@adcs-backup/ese';
import { noteBackup } from './backup-note.ts';
import { type CaFiles, isSessionOpen } from './ca-files.ts';
import { checkpointGeneration } from './checkpoint.ts';
import { CurrentLog } from './current-log.ts';
import { deleteLogsBelow, rollLog } from './roll-log.ts';

/** A backup that is not ours. */
export interface OtherBackup {
  readonly type: 'full' | 'logs-only';
  readonly truncate: boolean;
}

const PREVIOUS_FULL_TYPE = 356;

/**
 * Leaves of a backup by another tool what it leaves at the CA: one log more, notes in the headers,
 * fewer logs if it truncates. Under the CA's lock. @throws when the engine would refuse it
 */
export function backUpWithAnotherTool(ca: CaFiles, { type, truncate }: OtherBackup): void {
  if (isSessionOpen(ca.layout)) throw new Error('another backup is in progress (0xC80001F9)');
  if (type === 'logs-only') checkLogsOnly(ca);
  const { header, nextSector } = new CurrentLog(ca.layout.currentLog);
  const genLow = type === 'full' ? checkpointGeneration(ca.layout) : lowestGeneration(ca, header.generation);
  rollLog(ca);
  if (truncate) deleteLogsBelow(ca.layout, checkpointGeneration(ca.layout));
  const mark = { generation: header.generation, sector: nextSector, byte: 0 };
  const info = { mark, markedAt: new Date(), genLow, genHigh: header.generation };
  noteBackup(ca, { type, by: 'streaming', counts: truncate, info });
}

function checkLogsOnly({ circularLogging, databases }: CaFiles): void {
  if (circularLogging) throw new Error('circular logging makes backups of logs only impossible (0xC800020E)');
  for (const { path } of databases) {
    const page = readFileSync(path).subarray(0, 4096);
    const hasFull = decodeDatabaseHeader(page)?.previousFullBackup !== undefined;
    if (!hasFull || page.readUInt32LE(PREVIOUS_FULL_TYPE) !== 0) {
      throw new Error(`${path} remembers no full backup that truncated (0xC8000230)`);
    }
  }
}

function lowestGeneration({ layout }: CaFiles, current: number): number {
  return Math.min(current, ...readdirSync(layout.logFolder).map((name) => logGeneration(name) ?? current));
}
