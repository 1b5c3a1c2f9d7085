import { composeStored } from '../chain/read-chain.ts';
import { messageOf } from '../errors.ts';
import type { PackIdentities, TrustedSigners } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { FileRole } from '../store/manifest.ts';
import { type MapScan, scanMaps } from '../store/map-scan.ts';
import { type OlderVersion, OlderVersions, type ReadOptions } from '../store/older-versions.ts';
import { requireIdentities } from '../store/opened-pack.ts';
import { readPacks } from '../store/pack-reader.ts';
import { type PlannedPart, planRestore, type RestoreLayout, type RestorePlan } from './plan.ts';
import { type RestoreReport, reportOf, writeReport } from './report.ts';
import { TargetFiles } from './target-files.ts';
import { type MakeFolder, TargetFolder } from './target-folder.ts';

export type RestoreEvent =
  | { readonly type: 'restore-progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: 'file-restored'; readonly role: FileRole; readonly name: string; readonly sizeBytes: number }
  /** An object was replaced or deleted: what was there before is read, and the restore goes on. */
  | ({ readonly type: 'older-version-read' } & OlderVersion)
  /** After a failure the half-written files could not be removed. */
  | { readonly type: 'cleanup-failed'; readonly path: string; readonly message: string };

export interface RestoreOptions {
  /** A folder; made if it isn't there. One that is there keeps the rights it has. */
  readonly to: string;
  /** Default `single`. */
  readonly layout?: RestoreLayout;
  /** Replace an earlier restore in `to`. Default false. */
  readonly overwrite?: boolean;
  /**
   * Makes `to` and the folders in it so that others can't reach what will be in them; those below inherit that.
   * Default: open to nobody but their owner.
   */
  readonly makeFolder?: MakeFolder;
  /** Manifests must be signed by one of these; without them signatures are not looked at. */
  readonly trusted?: TrustedSigners;
  /** Open the packs of encrypted sets. */
  readonly identities?: PackIdentities;
  readonly signal?: AbortSignal;
  readonly observe?: (event: RestoreEvent) => void;
}

/**
 * Restores a set into a folder in certutil's layout: its full set, and one good copy of each log up to
 * its end, or to the first that is missing or bad. Every block is checked before it is written, and
 * nothing has its final name before all is written. An object that isn't what was stored is read from its
 * older versions, where the sink keeps them: the report names each.
 * @throws `target-not-empty`, `target-full`, `target-failed`, `integrity-failed`, `object-not-found`,
 *   `signature-invalid`; `identity-missing` before anything is written
 */
export async function restoreSet(sink: BackupSink, entry: SetEntry, options: RestoreOptions): Promise<RestoreReport> {
  const olderVersions = new OlderVersions((found) => options.observe?.({ type: 'older-version-read', ...found }));
  const { signal, trusted, identities } = options;
  const reading = { signal, trusted, identities, olderVersions };
  const composed = await composeStored(sink, entry, reading);
  const plan = planRestore(composed, options.layout ?? 'single');
  for (const { manifest } of plan.parts) requireIdentities(manifest, reading);
  const parts: ScannedPart[] = [];
  for (const part of plan.parts) parts.push({ ...part, scan: await scanMaps(sink, part.manifest, reading) });
  const bytes = bytesOf(plan);
  const contentBytes = parts.reduce((sum, { scan }) => sum + scan.contentBytes, 0);
  const target = await TargetFolder.prepare(options.to, {
    /* v8 ignore next -- @preserve only elsewhere than on Windows do zeros that nobody writes take no room */
    bytes: process.platform === 'win32' ? bytes : contentBytes,
    overwrite: options.overwrite ?? false,
    makeFolder: options.makeFolder,
  });
  try {
    const zeroBytes = bytes - contentBytes;
    const packsRead = await writeFiles({ sink, plan, parts, target, zeroBytes, reading }, options);
    const facts = { to: options.to, bytes, packsRead, olderVersions: olderVersions.all };
    const report = reportOf(composed, plan, facts);
    await writeReport(target, plan, { composed, olderVersions: olderVersions.all });
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
  readonly reading: ReadOptions;
}

/** Resolves with the number of packs that were read. */
async function writeFiles(
  { sink, plan, parts, target, zeroBytes, reading }: Restoring,
  options: RestoreOptions,
): Promise<number> {
  const totalBytes = bytesOf(plan);
  let doneBytes = zeroBytes;
  let packsRead = 0;
  const onPackRead = (): void => {
    packsRead += 1;
  };
  const files = new TargetFiles(target.partial, plan, options.makeFolder);
  try {
    await files.make();
    let firstFile = 0;
    for (const { manifest, scan } of parts) {
      for await (const piece of readPacks({ sink, manifest, scan }, { ...reading, onPackRead })) {
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
