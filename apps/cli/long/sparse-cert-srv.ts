import type { BackupSession, CertSrv, OpenFile, RestoreMap, SourceFile } from '@adcs-backup/core';
import { LOG_BYTES, synthesizeLog } from '@adcs-backup/ese';
import { createdAt, logSignature, PAGE_BYTES, type SparseDatabase } from './sparse-database.ts';

/** A CA in memory with one database that is too large for any disk here, and one log. */

const folder = '\\\\ca01\\C$\\CertLog';
export const DATABASE_NAME: string = 'Sparse CA.edb';

const database: SourceFile = { role: 'database', name: DATABASE_NAME, path: `${folder}\\${DATABASE_NAME}` };
const log: SourceFile = { role: 'log', name: 'edb00001.log', path: `${folder}\\edb00001.log` };

export function sparseCertSrv(content: SparseDatabase): CertSrv {
  return {
    library: { path: 'synthetic', isSystem: false },
    isServerOnline: async () => true,
    prepareBackup: async () => session(content),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function session(content: SparseDatabase): BackupSession {
  return {
    type: 'full',
    databaseLocations: async () => restoreMap,
    databaseFiles: async () => [database],
    logFiles: async () => [log],
    dynamicFiles: async () => [],
    openFile: async (file) => (file.role === 'database' ? openDatabase(content) : openLog()),
    readDynamicFile: () => {
      throw new Error('no dynamic file was listed');
    },
    listLogFolder: async () => ({ readable: false, path: folder, reason: 'it is synthetic' }),
    truncateLogs: () => Promise.reject(new Error('nobody asked for truncation')),
    end: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const restoreMap: RestoreMap = {
  entries: [{ kind: 'database', path: database.path }],
  raw: Buffer.from(`D${database.path}\0\0`, 'utf16le'),
};

function openDatabase(content: SparseDatabase): OpenFile {
  let position = 0;
  return openFile(database, content.sizeBytes, (into) => {
    const length = content.read(into, position);
    position += length;
    return length;
  });
}

const { bytes: logBytes } = synthesizeLog({
  header: {
    generation: 1,
    createdAt,
    previousSeal: 0n,
    databasePageSize: PAGE_BYTES,
    logSignature,
    checkpoint: { generation: 1, sector: 1, byte: 0 },
    attached: [],
  },
  seed: 1,
});

function openLog(): OpenFile {
  let position = 0;
  return openFile(log, LOG_BYTES, (into) => {
    const part = logBytes.subarray(position, position + into.length);
    into.set(part);
    position += part.length;
    return part.length;
  });
}

function openFile(file: SourceFile, sizeBytes: number, read: (into: Uint8Array) => number): OpenFile {
  const close = async (): Promise<void> => undefined;
  return { file, sizeBytes, read: async (into) => read(into), close, [Symbol.asyncDispose]: close };
}
