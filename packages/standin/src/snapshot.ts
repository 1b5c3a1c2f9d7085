import { noteBackup } from './backup-note.ts';
import type { CaFiles } from './ca-files.ts';
import { checkpointGeneration } from './checkpoint.ts';
import { CurrentLog } from './current-log.ts';
import { deleteLogsBelow } from './roll-log.ts';

/** Notes a full backup by volume shadow copy, which may delete the logs below the checkpoint. Under the CA's lock. */
export function takeSnapshot(ca: CaFiles, options: { readonly truncate?: boolean }): void {
  const { header, nextSector } = new CurrentLog(ca.layout.currentLog);
  const { generation } = header;
  const genLow = checkpointGeneration(ca.layout);
  const mark = { generation, sector: nextSector, byte: 0 };
  const info = { mark, markedAt: new Date(), genLow, genHigh: generation };
  noteBackup(ca, { type: 'full', by: 'snapshot', counts: true, info });
  if (options.truncate === true) deleteLogsBelow(ca.layout, genLow);
}
