import {
  type CheckedDatabase,
  type CheckedLog,
  type DatabaseHeader,
  FileChecker,
  type FileCheckResult,
  sealHeader,
  synthesizeDatabase,
  synthesizeLogStream,
} from '../../src/index.ts';
import { backup, createdAt, databaseSignature, headerOf, joined, logSignature } from './made-files.ts';

/** Database and logs that fit each other, as they lie in one folder. */

const CLEAN_SHUTDOWN = 3;

/** Logs 3 to 7 of one stream by their names; of 6 they say that the database was in use. */
export const streamLogs: ReadonlyMap<string, Buffer> = new Map(
  Array.from(
    synthesizeLogStream({
      seed: 1,
      firstGeneration: 3,
      count: 5,
      firstCreatedAt: createdAt,
      logSignature,
      databasePageSize: 4096,
      attached: [{ signature: databaseSignature, path: 'Demo.edb' }],
      lastSegmentCount: 20,
    }),
    ({ name, bytes }) => [name, Buffer.from(bytes)],
  ),
);

/** Needs logs 3 to 4 and has records in those up to 5. */
const header: DatabaseHeader = {
  ...headerOf(4096),
  requiredLogs: {
    minRequired: 3,
    maxRequired: 4,
    maxRequiredCreatedAt: new Date(createdAt.getTime() + 3_600_000),
    maxCommitted: 5,
    maxCommittedCreatedAt: new Date(createdAt.getTime() + 2 * 3_600_000),
  },
};

const shape = { sizeBytes: 16 * 4096, seed: 3, header };

export const dirtyDatabase: Buffer = joined(synthesizeDatabase(shape));
export const streamingCopy: Buffer = joined(synthesizeDatabase({ ...shape, backup }));
export const cleanDatabase: Buffer = withState(CLEAN_SHUTDOWN);

/** The database in another of the engine's states. */
export function withState(state: number): Buffer {
  const file = Buffer.from(dirtyDatabase);
  const page = file.subarray(0, 4096);
  page.writeUInt32LE(state, 52);
  page.fill(0, 296, 304);
  sealHeader(page);
  page.copy(file, 4096);
  return file;
}

export function checkFile(name: string, file: Uint8Array): FileCheckResult {
  const checker = new FileChecker({ name });
  checker.feed(file);
  return checker.end();
}

export function checkedDatabase(file: Uint8Array): CheckedDatabase {
  const checked = checkFile('Demo.edb', file);
  if (checked.kind !== 'database') throw new Error('a made database is none');
  return checked;
}

/** Logs of the stream by their generations; `change` may damage the bytes. */
export function checkedLogs(generations: readonly number[], change: (file: Buffer) => void = () => {}): CheckedLog[] {
  return generations.map((generation) => {
    const name = `edb0000${generation}.log`;
    const file = Buffer.from(streamLogs.get(name) ?? []);
    change(file);
    const checked = checkFile(name, file);
    if (checked.kind !== 'log') throw new Error('a made log is none');
    return checked;
  });
}
