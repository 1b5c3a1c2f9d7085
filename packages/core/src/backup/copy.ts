import { databaseSignature } from '@adcs-backup/ese';
import type { OpenFile } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { FileRecord } from '../store/manifest.ts';
import { sourceOf } from '../store/stretch-reader.ts';
import type { BackupIo } from './io.ts';
import type { StateAt } from './states.ts';

/** Steps 7, 8 and 9 for one file: open, read to the end, close. */
export async function copySourceFile(
  { session, set, file }: Pick<StateAt<'copying-log-file'>, 'session' | 'set' | 'file'>,
  io: BackupIo,
  onFirstBytes: (bytes: Uint8Array) => void = () => undefined,
): Promise<FileRecord> {
  const { role, name, path: sourcePath } = file;
  const open = await session.openFile(file);
  io.log.observe({ type: 'file-opened', role, name, sizeBytes: open.sizeBytes });
  const onRead = (readBytes: number): void => {
    if (readBytes > open.sizeBytes) throw wrongSize(open, `more than ${open.sizeBytes}`);
    io.log.observe({ type: 'file-progress', name, readBytes, storedBytes: set.storedBytes });
  };
  let record: FileRecord;
  try {
    record = await set.storeFile({ role, name, sourcePath }, open, { onFirstBytes, onRead });
    if (record.sizeBytes !== open.sizeBytes) throw wrongSize(open, String(record.sizeBytes));
  } catch (error) {
    // After a failed read the engine may have closed the file already: that must not hide the reason.
    await open.close().catch((closeError: unknown) => io.log.laterErrors.push(closeError));
    throw error;
  }
  await open.close();
  io.log.observe({ type: 'file-stored', role, name: record.name, sizeBytes: open.sizeBytes });
  return record;
}

/** A database: the first bytes tell whether it is the one that this chain is about. */
export async function copyDatabaseFile(state: StateAt<'copying-database-file'>, io: BackupIo): Promise<void> {
  let signature: string | undefined;
  const record = await copySourceFile(state, io, (bytes) => {
    signature = databaseSignature(bytes);
    requireSameCa(state, signature, io);
  });
  state.set.addFile(signature === undefined ? record : { ...record, signature });
}

/** A reinstalled or moved CA keeps one of the two; a stranger has neither. */
function requireSameCa(
  { newest, file }: StateAt<'copying-database-file'>,
  signature: string | undefined,
  io: BackupIo,
): void {
  const known = newest?.files.find(({ role, name }) => role === 'database' && name === file.name)?.signature;
  if (newest === undefined || known === undefined || known === signature) return;
  const { server, sink } = io.options;
  if (newest.server.toLowerCase() === server.toLowerCase()) return;
  throw new AdcsBackupError(
    'ca-mismatch',
    `${sink.location} holds ${newest.ca.name} of ${newest.server}, not of ${server}`,
    {
      hint: 'Server and database are others than those of the newest set. Use another sink, or give this CA a name of its own with --ca NAME.',
    },
  );
}

function wrongSize(open: OpenFile, came: string): AdcsBackupError {
  const message = `${open.file.name} was announced with ${open.sizeBytes} bytes, but ${came} came`;
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'The copy is not whole, so no set was sealed. Run again; if it stays so, look at the event log of the CA (ESENT).',
  });
}

/**
 * Step 13: not Certadm's business. A file that can't be read is a warning, not the end: CRLs can be
 * published again. What was stored of it is not part of the set.
 */
export async function copyDynamicFile(
  { session, set, name: sourcePath }: StateAt<'copying-dynamic-file'>,
  io: BackupIo,
): Promise<void> {
  const name = sourcePath.slice(Math.max(sourcePath.lastIndexOf('\\'), sourcePath.lastIndexOf('/')) + 1);
  const content = sourceOf(session.readDynamicFile(sourcePath));
  let unreadable: AdcsBackupError | undefined;
  const read = async (into: Uint8Array): Promise<number> => {
    try {
      return await content.read(into);
    } catch (error) {
      if (!AdcsBackupError.is(error)) throw error;
      unreadable = error;
      return 0;
    }
  };
  const record = await set.storeFile({ role: 'dynamic', name, sourcePath }, { read });
  if (unreadable !== undefined) {
    const { message, hint } = unreadable;
    io.log.warn({
      code: 'dynamic-file-unreadable',
      message: `${name} was not copied: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  set.addFile(record);
  io.log.observe({ type: 'file-stored', role: 'dynamic', name: record.name, sizeBytes: record.sizeBytes });
}
