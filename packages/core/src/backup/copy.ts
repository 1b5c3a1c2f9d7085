import type { DatabaseFacts } from '@adcs-backup/ese';
import type { OpenFile } from '../certsrv.ts';
import { contentCheckOf } from '../chain/check-contents.ts';
import { AdcsBackupError } from '../errors.ts';
import type { FileRecord } from '../store/manifest.ts';
import { type ByteSource, sourceOf } from '../store/stretch-reader.ts';
import { beginElsewhere } from './begin-set.ts';
import { databaseFork, forkError, forkWarning, logFork } from './fork.ts';
import { type History, knownDatabase, knownLogs } from './history.ts';
import type { BackupIo } from './io.ts';
import { headerOf, readHead, startingWith } from './read-head.ts';
import type { StateAt } from './states.ts';

type Copying = Pick<StateAt<'copying-log-file'>, 'session' | 'set' | 'file'>;

/** Steps 7, 8 and 9 for one file: open, read to the end, close; its content is checked on the way. */
export async function copySourceFile(
  { session, set, file }: Copying,
  io: BackupIo,
  begin: (open: OpenFile) => Promise<ByteSource> = async (open) => open,
): Promise<FileRecord> {
  const { role, name, path: sourcePath } = file;
  const open = await session.openFile(file);
  io.log.observe({ type: 'file-opened', role, name, sizeBytes: open.sizeBytes });
  const check = contentCheckOf(role, name);
  let readBytes = 0;
  const onBytes = (bytes: Uint8Array): void => {
    readBytes += bytes.length;
    if (readBytes > open.sizeBytes) throw wrongSize(open, `more than ${open.sizeBytes}`);
    check.feed(bytes);
    io.log.observe({ type: 'file-progress', name, readBytes, storedBytes: set.storedBytes });
  };
  let stored: FileRecord;
  try {
    stored = await set.storeFile({ role, name, sourcePath }, await begin(open), { onBytes });
    if (stored.sizeBytes !== open.sizeBytes) throw wrongSize(open, String(stored.sizeBytes));
  } catch (error) {
    // After a failed read the engine may have closed the file already: that must not hide the reason.
    await open.close().catch((closeError: unknown) => io.log.laterErrors.push(closeError));
    throw error;
  }
  await open.close();
  const { content, findings } = check.end();
  for (const finding of findings) io.log.find(finding);
  const record = { ...stored, ...content };
  set.addFile(record);
  io.log.observe({ type: 'file-stored', role, name: record.name, sizeBytes: open.sizeBytes });
  return record;
}

/**
 * A database: its header tells whether it is the one that this chain is about, and whether it goes on
 * from there. Resolves with what the files after it are held to.
 */
export async function copyDatabaseFile(state: StateAt<'copying-database-file'>, io: BackupIo): Promise<History> {
  let { history } = state;
  await copySourceFile(state, io, async (open) => {
    const head = await readHead(open);
    const now = headerOf(head);
    if (now !== undefined) {
      requireSameCa(state, now, io);
      history = await settleFork(state, now, io);
    }
    return startingWith(head, open);
  });
  return history;
}

/** A fork makes the run go on in a new chain, as long as nothing is stored yet. */
async function settleFork(
  { set, history, file }: StateAt<'copying-database-file'>,
  now: DatabaseFacts,
  io: BackupIo,
): Promise<History> {
  const database = knownDatabase(history, file.name);
  if (database === undefined) return history;
  const sign = databaseFork(now, { database, logs: knownLogs(history), hasTruncated: history.hasTruncated });
  if (sign === undefined) return history;
  io.log.warn(forkWarning(forkError(sign)));
  if (set.files.length === 0) await beginElsewhere(set, io);
  return { ...history, sets: [] };
}

/**
 * Holds a log to those that the chain knows. Logs only can't go on behind a fork; a full set needs
 * nothing of what was before.
 * @throws `history-forked` in a run for logs only
 */
export function holdToHistory(
  { known }: Pick<StateAt<'copying-log-file'>, 'known'>,
  record: FileRecord,
  io: BackupIo,
): void {
  const sign = logFork(record, known);
  if (sign === undefined) return;
  if (io.type === 'logs-only') throw forkError(sign);
  io.log.warn(forkWarning(forkError(sign)));
  known.clear();
}

/** A reinstalled or moved CA keeps one of the two; a stranger has neither. */
function requireSameCa({ history, file }: StateAt<'copying-database-file'>, now: DatabaseFacts, io: BackupIo): void {
  const newest = history.base ?? history.newest;
  const known = newest?.files.find(({ role, name }) => role === 'database' && name === file.name)?.database;
  if (newest === undefined || known === undefined || known.signature === now.signature) return;
  const { server } = io.options;
  if (newest.server.toLowerCase() === server.toLowerCase()) return;
  throw new AdcsBackupError(
    'ca-mismatch',
    `${io.sinks.group.location} holds ${newest.ca.name} of ${newest.server}, not of ${server}`,
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
