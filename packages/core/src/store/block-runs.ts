import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { blockCount } from './blocks.ts';
import type { FileRecord, Manifest } from './manifest.ts';
import { ENTRY_BYTES } from './map.ts';
import type { ReadOptions } from './older-versions.ts';
import { readMaps } from './set-reader.ts';

/** Consecutive blocks of one file whose entries lie in one map. */
export interface BlockRun {
  /** Index in {@link Manifest.files}. */
  readonly file: number;
  readonly record: FileRecord;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Map entries of these blocks. */
  readonly entries: Buffer;
  /** Index in {@link Manifest.packs} for each pack index that the entries use. */
  readonly packIndexes: readonly number[];
}

type PlannedRun = Omit<BlockRun, 'entries' | 'packIndexes'> & { readonly map: number; readonly firstEntry: number };

/**
 * All blocks of a set, map after map; each file's runs come in order. Memory for one map.
 * @throws `integrity-failed` when maps and manifest don't fit together
 */
export async function* blockRuns(
  sink: BackupSink,
  manifest: Manifest,
  options: ReadOptions = {},
): AsyncGenerator<BlockRun, void, undefined> {
  const planned = Map.groupBy(plannedRuns(manifest), ({ map }) => map);
  const packIndexOf = new Map(manifest.packs.map((pack, index) => [pack.key, index]));
  let mapIndex = 0;
  for await (const { header, entries } of readMaps(sink, manifest, options)) {
    const packIndexes = header.packs.map(({ key }) => packIndexOf.get(key) ?? unknownPack(key, manifest));
    for (const { map, firstEntry, ...run } of planned.get(mapIndex) ?? []) {
      const end = firstEntry + run.blocks;
      if (end * ENTRY_BYTES > entries.length) throw mismatch(manifest, `${run.record.name} reaches beyond map ${map}`);
      yield { ...run, entries: entries.subarray(firstEntry * ENTRY_BYTES, end * ENTRY_BYTES), packIndexes };
    }
    mapIndex += 1;
  }
}

/** Index in {@link Manifest.packs} of a pack that an entry of the run names; NaN when there is none. */
export function packIndexOf(run: BlockRun, pack: number): number {
  return run.packIndexes[pack] ?? Number.NaN;
}

/** The runs that the manifest says there are. */
function* plannedRuns(manifest: Manifest): Generator<PlannedRun> {
  for (const [file, record] of manifest.files.entries()) {
    let firstBlock = 0;
    let lastMap = 0;
    for (const { map, firstEntry, blocks } of record.extents) {
      if (map >= manifest.maps.length || map < lastMap) throw mismatch(manifest, `${record.name} names map ${map}`);
      yield { file, record, map, firstBlock, firstEntry, blocks };
      firstBlock += blocks;
      lastMap = map;
    }
    const expected = blockCount(record.sizeBytes);
    if (firstBlock === expected) continue;
    throw mismatch(manifest, `${record.name} has ${expected} blocks, its maps hold ${firstBlock}`);
  }
}

function unknownPack(key: string, manifest: Manifest): never {
  throw mismatch(manifest, `a map names ${key}, which the manifest doesn't`);
}

function mismatch(manifest: Manifest, what: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `the manifest of ${manifest.label} and its maps don't fit: ${what}`, {
    hint: 'Manifest or maps were altered in the sink. Use another set, and find out what changed them.',
  });
}
