import { hash } from 'node:crypto';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { ObjectKey } from '../sink/keys.ts';
import { BufferRing } from './buffer-ring.ts';
import { packKey, type SetPlace } from './layout.ts';
import type { ObjectRecord } from './manifest.ts';

/** A pack holds at most this much; it is put when the next frame doesn't fit. */
const PACK_BYTES: number = 8 * 1024 * 1024;

/** One pack is filled while the others are on their way. */
const PACKS_IN_MEMORY = 3;

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
  /** Milliseconds. */
  readonly now: () => number;
  /** Whether these bytes may still be read although their put has settled. */
  readonly isLent: (body: Uint8Array) => boolean;
}

/** Fills packs with frames and puts several at once. */
export class PackWriter {
  readonly #target: SetTarget;
  readonly #ring: BufferRing = new BufferRing(PACKS_IN_MEMORY, PACK_BYTES);
  readonly #puts: Set<Promise<void>> = new Set();
  readonly #records: Map<string, ObjectRecord> = new Map();
  #open: OpenPack | undefined;
  #number = 0;

  constructor(target: SetTarget) {
    this.#target = target;
  }

  /** Bytes that are in the sink. */
  storedBytes = 0;

  /** Packs of this run that are in the sink, and older ones that it builds on, by key. */
  get records(): ReadonlyMap<string, ObjectRecord> {
    return this.#records;
  }

  /** Copies the frame; the caller may use its memory again at once. @throws when an earlier put failed */
  async add(frame: Uint8Array): Promise<FramePlace> {
    if (this.#open !== undefined && this.#open.length + frame.length > PACK_BYTES) this.#startPut(this.#open);
    this.#open ??= await this.#newPack();
    const place = { packKey: this.#open.key, offset: this.#open.length };
    this.#open.buffer.set(frame, place.offset);
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
    return { key: packKey(this.#target.place, this.#number), buffer, length: 0 };
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

  async #put({ key, buffer, length }: OpenPack): Promise<void> {
    const body = buffer.subarray(0, length);
    await this.#target.sink.put(key, body, { signal: this.#target.signal });
    this.#records.set(key, { key, sizeBytes: length, sha256: hash('sha256', body, 'hex') });
    this.storedBytes += length;
    if (this.#target.isLent(body)) this.#ring.replace();
    else this.#ring.release(buffer);
  }
}

interface OpenPack {
  readonly key: ObjectKey;
  readonly buffer: Uint8Array;
  length: number;
}
