import type { ObjectSigner, PackRecipients, WrappedFileKey } from '../keys.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import { ageOverhead } from './age-payload.ts';
import { BufferRing } from './buffer-ring.ts';
import type { Encoder } from './encoder.ts';
import { packKey, type SetPlace } from './layout.ts';
import type { ObjectRecord } from './manifest.ts';

/** A pack holds at most this much; it is put when the next frame doesn't fit. */
const PACK_BYTES: number = 8 * 1024 * 1024;

/** One pack is filled while the others are on their way. */
const PACKS_IN_MEMORY = 3;

/** Room for the header of an age file; where it takes more, packs hold less. */
const HEADER_ROOM = 16 * 1024;

/** Where a frame was put. */
export interface FramePlace {
  readonly packKey: string;
  /** Offset in the pack's content. */
  readonly offset: number;
}

/** What every writer of a set's objects needs. */
export interface SetTarget {
  readonly sink: BackupSink;
  readonly place: SetPlace;
  readonly signal: AbortSignal | undefined;
  /** Packs become age files for these. */
  readonly recipients: PackRecipients | undefined;
  /** Signs what says what the set is: its begin, maps and manifest. */
  readonly signer: ObjectSigner | undefined;
  /** Milliseconds. */
  readonly now: () => number;
  /** Whether these bytes may still be read although their put has settled. */
  readonly isLent: (body: Uint8Array) => boolean;
}

/** Fills packs with frames and puts several at once. */
export class PackWriter {
  readonly #target: SetTarget;
  readonly #encoder: Encoder;
  readonly #ring: BufferRing;
  readonly #puts: Set<Promise<void>> = new Set();
  readonly #records: Map<string, ObjectRecord> = new Map();
  #open: OpenPack | undefined;
  #number = 0;

  constructor(target: SetTarget, encoder: Encoder) {
    this.#target = target;
    this.#encoder = encoder;
    const room = target.recipients === undefined ? 0 : ageOverhead(HEADER_ROOM, PACK_BYTES);
    this.#ring = new BufferRing(PACKS_IN_MEMORY, room + PACK_BYTES);
  }

  /** Bytes that are in the sink. */
  storedBytes = 0;

  /** Packs of this run that are in the sink, and older ones that it builds on, by key. */
  get records(): ReadonlyMap<string, ObjectRecord> {
    return this.#records;
  }

  /** Copies the frame; the caller may use its memory again at once. @throws when an earlier put failed */
  async add(frame: Uint8Array): Promise<FramePlace> {
    if (this.#open !== undefined && this.#open.length + frame.length > this.#open.room) this.#startPut(this.#open);
    this.#open ??= await this.#newPack();
    const place = { packKey: this.#open.key, offset: this.#open.length };
    this.#open.buffer.set(frame, this.#open.start + place.offset);
    this.#open.length += frame.length;
    return place;
  }

  /** Takes in a pack of an earlier run, which the caller has seen in the sink. */
  adopt(pack: ObjectRecord): void {
    this.#records.set(pack.key, pack);
  }

  /** Puts what is there and waits until all packs are in the sink. @throws what a put threw */
  async flush(): Promise<void> {
    if (this.#open !== undefined) this.#startPut(this.#open);
    await Promise.all(this.#puts);
  }

  /** Waits for puts that are still under way, whatever becomes of them: nothing goes on behind a failed run. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#puts);
  }

  async #newPack(): Promise<OpenPack> {
    const buffer = await this.#ring.acquire();
    this.#number += 1;
    const fileKey = await this.#target.recipients?.newFileKey();
    const start = fileKey === undefined ? 0 : ageOverhead(fileKey.header.length, PACK_BYTES);
    const room = Math.min(PACK_BYTES, buffer.length - start);
    return { key: packKey(this.#target.place, this.#number), buffer, start, room, length: 0, fileKey };
  }

  #startPut(pack: OpenPack): void {
    this.#open = undefined;
    const put = this.#put(pack);
    this.#puts.add(put);
    put.then(
      () => this.#puts.delete(put),
      (error: unknown) => this.#ring.fail(error),
    );
  }

  async #put({ key, buffer, start, length, fileKey }: OpenPack): Promise<void> {
    const object = await this.#encoder.run('packObject', { buffer, start, length, key: fileKey });
    const body = buffer.subarray(object.start, object.start + object.length);
    await this.#target.sink.put(key, body, { signal: this.#target.signal });
    this.#records.set(key, { key, sizeBytes: body.length, sha256: object.sha256 });
    this.storedBytes += body.length;
    if (this.#target.isLent(body)) this.#ring.replace();
    else this.#ring.release(buffer);
  }
}

interface OpenPack {
  readonly key: ObjectKey;
  readonly buffer: Uint8Array;
  /** Where the content begins in the buffer. */
  readonly start: number;
  /** For content, in bytes. */
  readonly room: number;
  length: number;
  readonly fileKey: WrappedFileKey | undefined;
}
