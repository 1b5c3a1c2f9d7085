import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { blockCount } from './blocks.ts';
import type { FileRecord, Manifest } from './manifest.ts';
import { ENTRY_BYTES } from './map.ts';
import { readMaps } from './set-reader.ts';

/** Consecutive blocks of one file whose entries lie in one map. */
export interface BlockRun {
  /** Index in {@link Manifest.files}. */
  readonly file: number;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Map entries of these blocks. */
  readonly entries: Buffer;
  /** Index in {@link Manifest.packs} for each pack index that the entries use. */
  readonly packIndexes: readonly number[];
}

interface PlannedRun {
  readonly file: number;
  readonly firstBlock: number;
  readonly firstEntry: number;
  readonly blocks: number;
}

/**
 * All blocks of a set, map after map; each file's runs come in order. Memory for one map.
 * @throws `integrity-failed` when maps and manifest don't fit together
 */
export async function* blockRuns(
  sink: BackupSink,
  manifest: Manifest,
  options: CallOptions = {},
): AsyncGenerator<BlockRun, void, undefined> {
  const runsOfMap = planRuns(manifest);
  const packIndexOf = new Map(manifest.packs.map((pack, index) => [pack.key, index]));
  let mapIndex = 0;
  for await (const { header, entries } of readMaps(sink, manifest, options)) {
    const packIndexes = header.packs.map(({ key }) => packIndexOf.get(key) ?? unknownPack(key, manifest));
    for (const run of runsOfMap[mapIndex] ?? []) {
      const end = run.firstEntry + run.blocks;
      if (end * ENTRY_BYTES > entries.length) throw mismatch(manifest, `a file reaches beyond map ${mapIndex}`);
      yield { ...run, entries: entries.subarray(run.firstEntry * ENTRY_BYTES, end * ENTRY_BYTES), packIndexes };
    }
    mapIndex += 1;
  }
}

/** The runs that each map holds. */
function planRuns(manifest: Manifest): readonly (readonly PlannedRun[])[] {
  const runsOfMap: PlannedRun[][] = manifest.maps.map(() => []);
  for (const [file, record] of manifest.files.entries()) {
    let firstBlock = 0;
    let lastMap = 0;
    for (const { map, firstEntry, blocks } of record.extents) {
      const runs = runsOfMap[map];
      if (runs === undefined || map < lastMap) throw mismatch(manifest, `${record.name} names map ${map}`);
      runs.push({ file, firstBlock, firstEntry, blocks });
      firstBlock += blocks;
      lastMap = map;
    }
    requireWhole(manifest, record, firstBlock);
  }
  return runsOfMap;
}

function requireWhole(manifest: Manifest, file: FileRecord, blocks: number): void {
  const expected = blockCount(file.sizeBytes);
  if (blocks !== expected) throw mismatch(manifest, `${file.name} has ${expected} blocks, its maps hold ${blocks}`);
}

function unknownPack(key: string, manifest: Manifest): never {
  throw mismatch(manifest, `a map names ${key}, which the manifest doesn't`);
}

function mismatch(manifest: Manifest, what: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `the manifest of ${manifest.label} and its maps don't fit: ${what}`, {
    hint: 'Manifest or maps were altered in the sink. Use another set, and find out what changed them.',
  });
}
