import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import { objectKey } from '../sink/keys.ts';
import { type BlockRun, blockRuns, packIndexOf } from './block-runs.ts';
import { blockLength } from './blocks.ts';
import { FrameContent } from './frame-content.ts';
import { type FileRecord, isSalted, type Manifest, type ObjectRecord } from './manifest.ts';
import { type BlockLocation, entryDigest, entryLocation } from './map.ts';
import { keepsOlder, type ReadOptions } from './older-versions.ts';
import { OpenedPacks } from './opened-pack.ts';
import { readRecorded } from './set-reader.ts';
import { isStoredFault } from './stored-fault.ts';

/** Neighbouring frames are fetched together up to so many bytes. */
const FETCH_BYTES = 4 * 1024 * 1024;

/** A block on its way back to its file. */
interface WantedBlock {
  readonly length: number;
  readonly digest: Uint8Array;
  readonly location: BlockLocation;
}

/** Bytes of one pack that hold the blocks of a piece of the file. */
interface Span {
  /** Undefined for zeros. */
  readonly pack: ObjectRecord | undefined;
  readonly offset: number;
  end: number;
  readonly blocks: WantedBlock[];
}

/**
 * A file's content from beginning to end, every block held to its digest. Fetches only the frames that
 * it needs, so a file whose blocks are spread over packs costs many small reads: to read whole sets use
 * `readPacks`. The set's maps must have been scanned: what they say of zeros is believed.
 * @throws `integrity-failed`, `object-not-found`
 */
export async function* readFileInOrder(
  { sink, manifest, file }: { readonly sink: BackupSink; readonly manifest: Manifest; readonly file: FileRecord },
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const opened = manifest.recipients === undefined ? undefined : new OpenedPacks({ sink, terms: manifest }, options);
  const source = { sink, opened, isSalted: isSalted(manifest, file) };
  for await (const run of blockRuns(sink, { ...manifest, files: [file] }, options)) {
    for await (const fetched of fetchAhead(source, spansOf(run, manifest), options)) {
      yield* intactContent(source, fetched, options);
    }
  }
}

/** Where the bytes of a file are. */
interface FileSource {
  readonly sink: BackupSink;
  /** Undefined when packs aren't encrypted: then parts of them are fetched. */
  readonly opened: OpenedPacks | undefined;
  readonly isSalted: boolean;
}

function* spansOf(run: BlockRun, manifest: Manifest): Generator<Span> {
  let span: Span | undefined;
  for (const { pack, ...block } of blocksOf(run, manifest)) {
    const { frameOffset, frameLength } = block.location;
    const frameEnd = frameOffset + frameLength;
    const follows =
      span !== undefined &&
      span.pack === pack &&
      (frameEnd === span.end || frameOffset === span.end) &&
      frameEnd - span.offset <= FETCH_BYTES;
    if (span !== undefined && follows) {
      span.end = frameEnd;
      span.blocks.push(block);
      continue;
    }
    if (span !== undefined) yield span;
    span = { pack, offset: frameOffset, end: frameEnd, blocks: [block] };
  }
  if (span !== undefined) yield span;
}

function* blocksOf(run: BlockRun, manifest: Manifest): Generator<WantedBlock & Pick<Span, 'pack'>> {
  for (let index = 0; index < run.blocks; index++) {
    const location = entryLocation(run.entries, index);
    yield {
      length: blockLength(run.record.sizeBytes, run.firstBlock + index),
      digest: entryDigest(run.entries, index),
      pack: location.pack === undefined ? undefined : manifest.packs[packIndexOf(run, location.pack)],
      location,
    };
  }
}

/** The bytes of a span; rejects when its pack is gone. */
interface Fetched {
  readonly span: Span;
  readonly body: Promise<Uint8Array>;
}

/** The next span is on its way while one is used. */
async function* fetchAhead(
  source: FileSource,
  spans: Iterable<Span>,
  options: ReadOptions,
): AsyncGenerator<Fetched, void, undefined> {
  let ahead: Fetched | undefined;
  for (const span of spans) {
    const body = fetch(source, span, options);
    // Whoever takes it meets the error; until then it must not count as unhandled.
    body.catch(() => undefined);
    if (ahead !== undefined) yield ahead;
    ahead = { span, body };
  }
  if (ahead !== undefined) yield ahead;
}

async function fetch(
  { sink, opened }: FileSource,
  { pack, offset, end }: Span,
  { signal, olderVersions }: ReadOptions,
): Promise<Uint8Array> {
  if (pack === undefined) return new Uint8Array(0);
  if (opened !== undefined) return (await opened.content(pack)).subarray(offset, end);
  const range = { offset, length: end - offset };
  return await sink.get(objectKey(pack.key), { signal, range, version: olderVersions?.of(pack.key)?.version });
}

/** The content of a span: where it isn't what its map says, from a version of the pack that is. */
async function* intactContent(
  { sink, opened, isSalted }: FileSource,
  { span, body }: Fetched,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let given = 0;
  try {
    for (const bytes of contentOf({ ...span, isSalted }, await body)) {
      given += 1;
      yield bytes;
    }
  } catch (error) {
    // An encrypted pack was read whole, and is the one that was stored.
    if (span.pack === undefined || opened !== undefined || !keepsOlder(sink, options) || !isStoredFault(error)) {
      throw error;
    }
    const pack = await readRecorded(sink, span.pack, options);
    const rest = { ...span, isSalted, blocks: span.blocks.slice(given) };
    yield* contentOf(rest, pack.subarray(span.offset, span.end));
  }
}

function* contentOf(span: Span & Pick<FileSource, 'isSalted'>, body: Uint8Array): Generator<Uint8Array> {
  let frameOffset = -1;
  let content: FrameContent | undefined;
  for (const { length, digest, location } of span.blocks) {
    if (span.pack === undefined) {
      yield new Uint8Array(length);
      continue;
    }
    if (content === undefined || location.frameOffset !== frameOffset) {
      frameOffset = location.frameOffset;
      const at = frameOffset - span.offset;
      content = new FrameContent(body.subarray(at, at + location.frameLength), location, span.isSalted);
    }
    const block = content.bytes(location.indexInFrame, 1);
    const isWhole = block.length === length && content.isIntact(location.indexInFrame, digest);
    if (!isWhole) throw wrongBlock(span.pack.key, frameOffset);
    yield block;
  }
}

function wrongBlock(packKey: string, frameOffset: number): AdcsBackupError {
  const message = `${packKey}: a block in the frame at ${frameOffset} has another SHA-256 than its map says`;
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'Map or pack was altered in the sink. Restore from another set or another copy of the sink.',
  });
}
