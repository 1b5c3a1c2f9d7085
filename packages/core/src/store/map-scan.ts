import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { type BlockRun, blockRuns, packIndexOf } from './block-runs.ts';
import { blockLength, FRAME_BLOCKS, FRAME_CONTENT_BYTES, SALT_BYTES, TreeDigest, zeroDigest } from './blocks.ts';
import { type FileRecord, isSalted, type Manifest } from './manifest.ts';
import { entryDigest, entryLocation } from './map.ts';
import type { ReadOptions } from './older-versions.ts';

/** What a set's maps say, checked against its manifest. */
export interface MapScan {
  /** Blocks that lie in each pack, by index in {@link Manifest.packs}. */
  readonly blocksOfPack: readonly number[];
  /** Length of the blocks that lie in packs: all but zeros. */
  readonly contentBytes: number;
}

interface Counter {
  blocks: number;
}

/**
 * Reads all maps once: every file's tree digest must come out, every location must make sense.
 * @throws `integrity-failed`
 */
export async function scanMaps(sink: BackupSink, manifest: Manifest, options: ReadOptions = {}): Promise<MapScan> {
  const counters = manifest.packs.map((): Counter => ({ blocks: 0 }));
  const trees = new Map(manifest.files.map((file) => [file, new TreeDigest()]));
  let contentBytes = 0;
  for await (const run of blockRuns(sink, manifest, options)) {
    for (let index = 0; index < run.blocks; index++) {
      trees.get(run.record)?.update(entryDigest(run.entries, index));
      contentBytes += count({ run, index, isSalted: isSalted(manifest, run.record) }, counters);
    }
  }
  for (const [file, tree] of trees) requireDigest(file, tree, manifest);
  return { blocksOfPack: counters.map(({ blocks }) => blocks), contentBytes };
}

function requireDigest(file: FileRecord, tree: TreeDigest, manifest: Manifest): void {
  if (tree.hex(file.sizeBytes) === file.treeDigest) return;
  throw damaged(`the maps of ${file.name} in ${manifest.label} don't have the tree digest of the manifest`);
}

interface ScannedBlock {
  readonly run: BlockRun;
  readonly index: number;
  readonly isSalted: boolean;
}

/** Counts a block for its pack. Gives its length there: 0 for a block of zeros. */
function count({ run, index, isSalted }: ScannedBlock, counters: readonly Counter[]): number {
  const location = entryLocation(run.entries, index);
  const block = run.firstBlock + index;
  const length = blockLength(run.record.sizeBytes, block);
  if (location.pack === undefined) {
    if (!isSalted && entryDigest(run.entries, index).equals(zeroDigest(length))) return 0;
    throw damaged(`block ${block} of ${run.record.name} is said to be zeros, with a digest that says otherwise`);
  }
  const counter = counters[packIndexOf(run, location.pack)];
  const fits = location.indexInFrame < FRAME_BLOCKS && location.frameLength <= FRAME_CONTENT_BYTES + SALT_BYTES;
  if (counter === undefined || !fits) throw damaged(`block ${block} of ${run.record.name} lies nowhere`);
  counter.blocks += 1;
  return length;
}

function damaged(message: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'Manifest or maps were altered in the sink. Use another set, and find out what changed them.',
  });
}
