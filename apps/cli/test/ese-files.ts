import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatabaseHeader, sealHeader, synthesizeDatabase, synthesizeLogStream } from '@adcs-backup/ese';
import { newFolder } from './place.ts';

/** Databases and logs as they lie in the folders of a CA or of a backup. */

const createdAt = new Date('2026-01-05T08:00:00Z');
const hour = 3_600_000;
const databaseSignature = { random: 88, createdAt };
const logSignature = { random: 77, createdAt };
const backup = { mark: { generation: 5, sector: 9, byte: 0 }, markedAt: createdAt, genLow: 3, genHigh: 5 };
const CLEAN_SHUTDOWN = 3;

/** Needs logs 3 and 4, and has records in 5. */
const header: DatabaseHeader = {
  pageSize: 4096,
  dbTime: 1000,
  databaseSignature,
  logSignature,
  attachedAt: createdAt,
  requiredLogs: {
    minRequired: 3,
    maxRequired: 4,
    maxRequiredCreatedAt: new Date(createdAt.getTime() + hour),
    maxCommitted: 5,
    maxCommittedCreatedAt: new Date(createdAt.getTime() + 2 * hour),
  },
};

function databaseOf(shape: Partial<Parameters<typeof synthesizeDatabase>[0]> = {}): Buffer {
  const chunks = synthesizeDatabase({ sizeBytes: 16 * 4096, seed: 3, header, ...shape });
  return Buffer.concat(Array.from(chunks, (chunk) => chunk.slice()));
}

export const dirtyDatabase: Buffer = databaseOf();
/** Logs 3 to 5 make it whole. */
export const streamingCopy: Buffer = databaseOf({ backup });
export const cleanDatabase: Buffer = cleaned(databaseOf());

function cleaned(file: Buffer): Buffer {
  const page = file.subarray(0, 4096);
  page.writeUInt32LE(CLEAN_SHUTDOWN, 52);
  sealHeader(page);
  page.copy(file, 4096);
  return file;
}

/** Logs 3 to 7 by their generations. */
const stream: ReadonlyMap<number, Buffer> = new Map(
  Array.from(
    synthesizeLogStream({
      seed: 1,
      firstGeneration: 3,
      count: 5,
      firstCreatedAt: createdAt,
      logSignature,
      databasePageSize: 4096,
      attached: [{ signature: databaseSignature, path: 'CA.edb' }],
      lastSegmentCount: 20,
    }),
    ({ generation, bytes }) => [generation, Buffer.from(bytes)],
  ),
);

export function logOf(generation: number): Buffer {
  return Buffer.from(stream.get(generation) ?? []);
}

/** Closed logs under their names. */
export function logFiles(...generations: number[]): Record<string, Buffer> {
  return Object.fromEntries(generations.map((generation) => [`edb0000${generation}.log`, logOf(generation)]));
}

/** A new folder with these files, whose names may lie in folders. */
export async function folderWith(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

/** A copy with one bit turned. */
export function withFlippedBit(file: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(at) ^ 4, at);
  return copy;
}
