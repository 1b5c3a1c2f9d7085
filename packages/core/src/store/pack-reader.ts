import type { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { BlockRefs } from './block-refs.ts';
import { blockRuns } from './block-runs.ts';
import { isSalted, type Manifest, type ObjectRecord } from './manifest.ts';
import type { MapScan } from './map-scan.ts';
import type { ReadOptions } from './older-versions.ts';
import { readPack, requireIdentities } from './opened-pack.ts';
import { type FilePiece, piecesOf } from './pack-content.ts';
import { isStoredFault } from './stored-fault.ts';

/** So many blocks are looked up at a time: 32 GiB of source cost 28 MiB. */
const BLOCKS_PER_PASS = 512 * 1024;

/** Packs on their way at once. */
const FETCHES = 2;

export interface ReadPacksOptions extends ReadOptions {
  /** Only these packs of the manifest; default all. */
  readonly choose?: (pack: ObjectRecord) => boolean;
  /** Told of a pack that is damaged or missing, instead of ending with the error. */
  readonly onDamaged?: (pack: ObjectRecord, error: AdcsBackupError) => void;
  readonly onPackRead?: (pack: ObjectRecord) => void;
}

/**
 * The contents of a set's files in the order of its packs: each pack is fetched once, whatever the
 * order of the files. Every pack and every block is checked before it is handed out. Blocks of zeros
 * lie in no pack.
 * @throws `integrity-failed`, `object-not-found`, unless `onDamaged` is there; `identity-missing` before a pack is read
 */
export async function* readPacks(
  source: { readonly sink: BackupSink; readonly manifest: Manifest; readonly scan: MapScan },
  options: ReadPacksOptions = {},
): AsyncGenerator<FilePiece, void, undefined> {
  const { sink, manifest, scan } = source;
  requireIdentities(manifest, options);
  const salted = new Set(manifest.files.flatMap((file, index) => (isSalted(manifest, file) ? index : [])));
  for (const { first, end } of passes(scan.blocksOfPack)) {
    const blocksOfPack = scan.blocksOfPack.slice(first, end);
    const refs = new BlockRefs(first, blocksOfPack);
    for await (const run of blockRuns(sink, manifest, options)) refs.add(run);
    const wanted = manifest.packs
      .slice(first, end)
      .map((record, index) => ({ record, index: first + index }))
      .filter(({ index, record }) => scan.blocksOfPack[index] !== 0 && (options.choose?.(record) ?? true));
    for await (const { index, record, body } of fetchAhead({ sink, manifest, wanted }, options)) {
      try {
        yield* piecesOf(await body, {
          name: record.key,
          refs: refs.ofPack(index),
          isSalted: (file) => salted.has(file),
        });
        options.onPackRead?.(record);
      } catch (error) {
        if (!isStoredFault(error) || options.onDamaged === undefined) throw error;
        options.onDamaged(record, error);
      }
    }
  }
}

interface WantedPack {
  readonly index: number;
  readonly record: ObjectRecord;
}

interface Fetch extends WantedPack {
  /** Rejects when the pack isn't there or isn't what the manifest says. */
  readonly body: Promise<Uint8Array>;
}

interface Fetching {
  readonly sink: BackupSink;
  readonly manifest: Manifest;
  readonly wanted: readonly WantedPack[];
}

async function* fetchAhead(
  { sink, manifest, wanted }: Fetching,
  options: ReadOptions,
): AsyncGenerator<Fetch, void, undefined> {
  const ended = new AbortController();
  const signal = AbortSignal.any([...(options.signal === undefined ? [] : [options.signal]), ended.signal]);
  const queue: Fetch[] = [];
  try {
    for (const pack of wanted) {
      const body = readPack(sink, { record: pack.record, terms: manifest }, { ...options, signal });
      // Whoever takes it from the queue meets the error; until then it must not count as unhandled.
      body.catch(() => undefined);
      queue.push({ ...pack, body });
      if (queue.length > FETCHES) yield* queue.splice(0, 1);
    }
    yield* queue;
  } finally {
    // Whoever stops early may close the sink: nothing goes on reading it.
    ended.abort();
    await Promise.allSettled(queue.map(({ body }) => body));
  }
}

/** Ranges of packs that hold few enough blocks: at least one pack each. */
export function* passes(blocksOfPack: readonly number[]): Generator<{ readonly first: number; readonly end: number }> {
  let first = 0;
  let blocks = 0;
  for (const [index, count] of blocksOfPack.entries()) {
    if (index > first && blocks + count > BLOCKS_PER_PASS) {
      yield { first, end: index };
      first = index;
      blocks = 0;
    }
    blocks += count;
  }
  if (blocks > 0) yield { first, end: blocksOfPack.length };
}
