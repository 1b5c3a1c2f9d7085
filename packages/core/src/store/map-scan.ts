import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { type BlockRun, blockRuns } from './block-runs.ts';
import { blockLength, FRAME_BLOCKS, FRAME_CONTENT_BYTES, TreeDigest, zeroDigest } from './blocks.ts';
import type { FileRecord, Manifest } from './manifest.ts';
import { entryDigest, entryLocation } from './map.ts';

/** What a set's maps say, checked against its manifest. */
export interface MapScan {
  /** Blocks that lie in each pack, by index in {@link Manifest.packs}. */
  readonly blocksOfPack: Uint32Array;
  /** Length of the blocks that lie in packs: all but zeros. */
  readonly contentBytes: number;
}

/**
 * Reads all maps once: every file's tree digest must come out, every location must make sense.
 * @throws `integrity-failed`
 */
export async function scanMaps(sink: BackupSink, manifest: Manifest, options: CallOptions = {}): Promise<MapScan> {
  const blocksOfPack = new Uint32Array(manifest.packs.length);
  const trees = manifest.files.map(() => new TreeDigest());
  let contentBytes = 0;
  for await (const run of blockRuns(sink, manifest, options)) {
    const file = manifest.files[run.file];
    if (file === undefined) continue;
    for (let index = 0; index < run.blocks; index++) {
      trees[run.file]?.update(entryDigest(run.entries, index));
      const pack = packOf(run, index, file);
      if (pack === undefined) continue;
      blocksOfPack[pack] = (blocksOfPack[pack] ?? 0) + 1;
      contentBytes += blockLength(file.sizeBytes, run.firstBlock + index);
    }
  }
  for (const [index, file] of manifest.files.entries()) {
    if (trees[index]?.hex(file.sizeBytes) === file.treeDigest) continue;
    throw damaged(`the maps of ${file.name} in ${manifest.label} don't have the tree digest of the manifest`);
  }
  return { blocksOfPack, contentBytes };
}

/** The pack of a block, by index in the manifest; undefined for a block of zeros. */
function packOf(run: BlockRun, index: number, file: FileRecord): number | undefined {
  const location = entryLocation(run.entries, index);
  const block = run.firstBlock + index;
  if (location.pack === undefined) {
    if (entryDigest(run.entries, index).equals(zeroDigest(blockLength(file.sizeBytes, block)))) return undefined;
    throw damaged(`block ${block} of ${file.name} is said to be zeros, with a digest that says otherwise`);
  }
  const pack = run.packIndexes[location.pack];
  const fits = location.indexInFrame < FRAME_BLOCKS && location.frameLength <= FRAME_CONTENT_BYTES;
  if (pack === undefined || !fits) throw damaged(`block ${block} of ${file.name} lies nowhere`);
  return pack;
}

function damaged(message: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'Manifest or maps were altered in the sink. Use another set, and find out what changed them.',
  });
}
