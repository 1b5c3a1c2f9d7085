import { readFileSync, writeFileSync } from 'node:fs';
import { decodeCheckpointPosition, encodeCheckpoint } from '@adcs-backup/ese';
import type { CaFiles } from './ca-files.ts';
import { CurrentLog } from './current-log.ts';
import { readDatabaseHeader, requireLogs } from './header-pages.ts';
import type { CaLayout } from './layout.ts';

export function checkpointGeneration({ checkpoint }: CaLayout): number {
  return decodeCheckpointPosition(readFileSync(checkpoint)).generation;
}

/** The checkpoint follows the current log; the databases' headers ask for the logs between. Under the CA's lock. */
export function moveCheckpoint({ layout, databases, checkpointLag }: CaFiles): void {
  const { header } = new CurrentLog(layout.currentLog);
  const { generation, logSignature } = header;
  const required = databases.map(({ path }) => readDatabaseHeader(path).requiredLogs.minRequired);
  const minRequired = Math.max(...required, generation - checkpointLag);
  for (const { path } of databases) requireLogs(path, header, minRequired);
  const position = { generation: minRequired, sector: 1, byte: 0 };
  writeFileSync(layout.checkpoint, encodeCheckpoint({ position, logSignature }));
}
