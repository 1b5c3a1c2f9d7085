import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ComposedSet, composeStored } from '../chain/read-chain.ts';
import { type Verdict, verdictOf } from '../chain/verdict.ts';
import { messageOf } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { FileRole } from '../store/manifest.ts';
import { type MapScan, scanMaps } from '../store/map-scan.ts';
import { readPacks } from '../store/pack-reader.ts';
import { type PlannedPart, planRestore, type RestoreLayout, type RestorePlan } from './plan.ts';
import { targetError } from './target-error.ts';
import { TargetFiles } from './target-files.ts';
import { REPORT_FILE, TargetFolder } from './target-folder.ts';

export type RestoreEvent =
  | { readonly type: 'restore-progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: 'file-restored'; readonly role: FileRole; readonly name: string; readonly sizeBytes: number }
  /** After a failure the half-written files could not be removed. */
  | { readonly type: 'cleanup-failed'; readonly path: string; readonly message: string };

export interface RestoreOptions {
  /** A folder; made if it isn't there. */
  readonly to: string;
  /** Default `single`. */
  readonly layout?: RestoreLayout;
  /** Replace an earlier restore in `to`. Default false. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  readonly observe?: (event: RestoreEvent) => void;
}

export interface RestoreReport {
  readonly label: string;
  readonly sound: boolean;
  readonly to: string;
  /** Whether the files are the whole set, and why. */
  readonly verdict: Verdict;
  /** What `certutil -restoreDB` is given, one after another: one, or in the layout per set one for each. */
  readonly folders: readonly { readonly label: string; readonly path: string }[];
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
 * Restores a set into a folder in certutil's layout: its full set, and one good copy of each log up to
 * its end, or to the first that is missing or bad. Every block is checked before it is written, and
 * nothing has its final name before all is written.
 * @throws `target-not-empty`, `target-full`, `target-failed`, `integrity-failed`, `object-not-found`
 */
export async function restoreSet(sink: BackupSink, entry: SetEntry, options: RestoreOptions): Promise<RestoreReport> {
  const composed = await composeStored(sink, entry, options);
  const plan = planRestore(composed, options.layout ?? 'single');
  const parts: ScannedPart[] = [];
  for (const part of plan.parts) parts.push({ ...part, scan: await scanMaps(sink, part.manifest, options) });
  const bytes = bytesOf(plan);
  const contentBytes = parts.reduce((sum, { scan }) => sum + scan.contentBytes, 0);
  const target = await TargetFolder.prepare(options.to, {
    /* v8 ignore next -- @preserve only elsewhere than on Windows do zeros that nobody writes take no room */
    bytes: process.platform === 'win32' ? bytes : contentBytes,
    overwrite: options.overwrite ?? false,
  });
  try {
    const packsRead = await writeFiles({ sink, plan, parts, target, zeroBytes: bytes - contentBytes }, options);
    const report = reportOf(composed, plan, { to: options.to, bytes, packsRead });
    await writeReport(target, composed, plan);
    await target.publish(plan.names);
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

interface ScannedPart extends PlannedPart {
  readonly scan: MapScan;
}

interface Restoring {
  readonly sink: BackupSink;
  readonly plan: RestorePlan;
  readonly parts: readonly ScannedPart[];
  readonly target: TargetFolder;
  /** They are there from the start. */
  readonly zeroBytes: number;
}

/** Resolves with the number of packs that were read. */
async function writeFiles(
  { sink, plan, parts, target, zeroBytes }: Restoring,
  options: RestoreOptions,
): Promise<number> {
  const totalBytes = bytesOf(plan);
  let doneBytes = zeroBytes;
  let packsRead = 0;
  const onPackRead = (): void => {
    packsRead += 1;
  };
  const files = new TargetFiles(target.partial, plan);
  try {
    await files.make();
    let firstFile = 0;
    for (const { manifest, scan } of parts) {
      for await (const piece of readPacks({ sink, manifest, scan }, { signal: options.signal, onPackRead })) {
        options.signal?.throwIfAborted();
        await files.write({ ...piece, file: firstFile + piece.file });
        doneBytes += piece.bytes.length;
        options.observe?.({ type: 'restore-progress', doneBytes, totalBytes });
      }
      firstFile += manifest.files.length;
    }
    await files.flush();
  } finally {
    await files[Symbol.asyncDispose]();
  }
  return packsRead;
}

function bytesOf({ parts }: RestorePlan): number {
  return parts.flatMap(({ manifest }) => manifest.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Beside the files: which set they are, and where each was on the CA. */
async function writeReport(target: TargetFolder, composed: ComposedSet, plan: RestorePlan): Promise<void> {
  const { label, ca, server, startedAt, sound } = composed.set.manifest;
  const document = {
    label,
    ca: ca.name,
    server,
    startedAt,
    sound,
    verdict: verdictOf(composed),
    folders: plan.folders,
    files: plan.parts
      .flatMap(({ files }) => files)
      .map((file) => ({
        path: file.path.replaceAll('\\', '/'),
        set: file.label,
        sourcePath: file.record.sourcePath,
        sizeBytes: file.record.sizeBytes,
        treeDigest: file.record.treeDigest,
      })),
  };
  try {
    await writeFile(join(target.partial, REPORT_FILE), `${JSON.stringify(document, null, 2)}\n`, { flush: true });
  } catch (error) {
    throw targetError(error, target.path);
  }
}

function reportOf(
  composed: ComposedSet,
  plan: RestorePlan,
  facts: Pick<RestoreReport, 'to' | 'bytes' | 'packsRead'>,
): RestoreReport {
  const { label, sound } = composed.set.manifest;
  return {
    label,
    sound,
    ...facts,
    verdict: verdictOf(composed),
    folders: plan.folders.map((folder) => ({ label: folder.label, path: join(facts.to, folder.path) })),
    files: plan.parts
      .flatMap(({ files }) => files)
      .map(({ record, path }) => ({
        role: record.role,
        name: record.name,
        path: join(facts.to, path),
        sizeBytes: record.sizeBytes,
      })),
  };
}
