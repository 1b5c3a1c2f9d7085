import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { FileRole, Manifest } from '../store/manifest.ts';
import { type MapScan, scanMaps } from '../store/map-scan.ts';
import { readPacks } from '../store/pack-reader.ts';
import { readSet } from '../store/set-reader.ts';
import { targetError } from './target-error.ts';
import { TargetFiles, targetPathOf } from './target-files.ts';
import { DATABASE_FOLDER, REPORT_FILE, TargetFolder } from './target-folder.ts';

export type RestoreEvent =
  | { readonly type: 'restore-progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: 'file-restored'; readonly role: FileRole; readonly name: string; readonly sizeBytes: number }
  /** After a failure the half-written files could not be removed. */
  | { readonly type: 'cleanup-failed'; readonly path: string; readonly message: string };

export interface RestoreOptions {
  /** A folder; made if it isn't there. */
  readonly to: string;
  /** Replace an earlier restore in `to`. Default false. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  readonly observe?: (event: RestoreEvent) => void;
}

export interface RestoreReport {
  readonly label: string;
  readonly sound: boolean;
  readonly to: string;
  /** What `certutil -restoreDB` reads, when it is given `to`. */
  readonly databaseFolder: string;
  readonly files: readonly {
    readonly role: FileRole;
    readonly name: string;
    readonly path: string;
    readonly sizeBytes: number;
  }[];
  readonly bytes: number;
  readonly packsRead: number;
}

/**
 * Restores a set into a folder in certutil's layout. Every block is checked before it is written, and
 * nothing has its final name before all is written.
 * @throws `target-not-empty`, `target-full`, `target-failed`, `integrity-failed`, `object-not-found`
 */
export async function restoreSet(sink: BackupSink, entry: SetEntry, options: RestoreOptions): Promise<RestoreReport> {
  const { manifest } = await readSet(sink, entry, options);
  const scan = await scanMaps(sink, manifest, options);
  const bytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const target = await TargetFolder.prepare(options.to, {
    /* v8 ignore next -- @preserve only elsewhere than on Windows do zeros that nobody writes take no room */
    bytes: process.platform === 'win32' ? bytes : scan.contentBytes,
    overwrite: options.overwrite ?? false,
  });
  try {
    const packsRead = await writeFiles({ sink, manifest, scan, target }, options);
    const report = reportOf(manifest, { to: options.to, bytes, packsRead });
    await writeReport(target, manifest);
    await target.publish();
    for (const { role, name, sizeBytes } of report.files)
      options.observe?.({ type: 'file-restored', role, name, sizeBytes });
    return report;
  } catch (error) {
    await target.discard().catch((cleanupError: unknown) => {
      options.observe?.({ type: 'cleanup-failed', path: target.partial, message: messageOf(cleanupError) });
    });
    throw error;
  }
}

interface Restoring {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly scan: MapScan;
  readonly target: TargetFolder;
}

/** Resolves with the number of packs that were read. */
async function writeFiles({ sink, manifest, scan, target }: Restoring, options: RestoreOptions): Promise<number> {
  const totalBytes = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  // Zeros are there from the start.
  let doneBytes = totalBytes - scan.contentBytes;
  let packsRead = 0;
  const onPackRead = (): void => {
    packsRead += 1;
  };
  const files = new TargetFiles(target.partial, manifest);
  try {
    await files.make(manifest.restoreMap.raw);
    for await (const piece of readPacks({ sink, manifest, scan }, { signal: options.signal, onPackRead })) {
      options.signal?.throwIfAborted();
      await files.write(piece);
      doneBytes += piece.bytes.length;
      options.observe?.({ type: 'restore-progress', doneBytes, totalBytes });
    }
    await files.flush();
  } finally {
    await files[Symbol.asyncDispose]();
  }
  return packsRead;
}

/** Beside the files: which set they are, and where each was on the CA. */
async function writeReport(target: TargetFolder, manifest: Manifest): Promise<void> {
  const { label, ca, server, startedAt, sound, files } = manifest;
  const document = {
    label,
    ca: ca.name,
    server,
    startedAt,
    sound,
    files: files.map((file) => ({
      path: targetPathOf(file).replaceAll('\\', '/'),
      sourcePath: file.sourcePath,
      sizeBytes: file.sizeBytes,
      treeDigest: file.treeDigest,
    })),
  };
  try {
    await writeFile(join(target.partial, REPORT_FILE), `${JSON.stringify(document, null, 2)}\n`, { flush: true });
  } catch (error) {
    throw targetError(error, target.path);
  }
}

function reportOf(manifest: Manifest, facts: Pick<RestoreReport, 'to' | 'bytes' | 'packsRead'>): RestoreReport {
  return {
    label: manifest.label,
    sound: manifest.sound,
    ...facts,
    databaseFolder: join(facts.to, DATABASE_FOLDER),
    files: manifest.files.map((file) => ({
      role: file.role,
      name: file.name,
      path: join(facts.to, targetPathOf(file)),
      sizeBytes: file.sizeBytes,
    })),
  };
}
