import type { OpenFile } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { FileRecord } from '../store/manifest.ts';
import { sourceOf } from '../store/stretch-reader.ts';
import type { BackupIo } from './io.ts';
import type { StateAt } from './states.ts';

/** Steps 7, 8 and 9 for one file: open, read to the end, close. */
export async function copySourceFile(
  { session, set, file }: StateAt<'copying-database-file' | 'copying-log-file'>,
  io: BackupIo,
): Promise<void> {
  const { role, name, path: sourcePath } = file;
  const open = await session.openFile(file);
  io.log.observe({ type: 'file-opened', role, name, sizeBytes: open.sizeBytes });
  let record: FileRecord;
  try {
    record = await set.storeFile({ role, name, sourcePath }, open, (readBytes) => {
      if (readBytes > open.sizeBytes) throw wrongSize(open, `more than ${open.sizeBytes}`);
      io.log.observe({ type: 'file-progress', name, readBytes, storedBytes: set.storedBytes });
    });
    if (record.sizeBytes !== open.sizeBytes) throw wrongSize(open, String(record.sizeBytes));
  } catch (error) {
    // After a failed read the engine may have closed the file already: that must not hide the reason.
    await open.close().catch((closeError: unknown) => io.log.laterErrors.push(closeError));
    throw error;
  }
  await open.close();
  set.addFile(record);
  io.log.observe({ type: 'file-stored', role, name: record.name, sizeBytes: open.sizeBytes });
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
  const record = await set.storeFile({ role: 'dynamic', name, sourcePath }, { read }, () => undefined);
  if (unreadable !== undefined) {
    const { message, hint } = unreadable;
    io.log.warn({
      code: 'dynamic-file-unreadable',
      message: `${sourcePath} was not copied: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  set.addFile(record);
  io.log.observe({ type: 'file-stored', role: 'dynamic', name: record.name, sizeBytes: record.sizeBytes });
}
