import { FRAME_CONTENT_BYTES } from './blocks.ts';

/** Anything that hands out a file's bytes in order: see `OpenFile.read`. */
export interface ByteSource {
  /** Resolves with the number of bytes put at the start of `into`; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
}

/** Constant, as Microsoft's sample has it: a power of two, and a multiple of every page size. */
export const READ_BYTES: number = 512 * 1024;

/**
 * Cuts a source into stretches of {@link FRAME_CONTENT_BYTES}, the last one shorter, whatever lengths
 * its reads have. Two reads are kept queued, so that the source's thread never waits for this one.
 */
export class StretchReader {
  readonly #source: ByteSource;
  readonly #scratch: Uint8Array = new Uint8Array(READ_BYTES);
  /** Bytes read beyond the last stretch: only after a short read. */
  #carry: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Fills `stretch` and resolves with the number of bytes; fewer than asked for only at the end, then 0. */
  async next(stretch: Uint8Array): Promise<number> {
    let filled = this.#carry.length;
    stretch.set(this.#carry);
    this.#carry = this.#carry.subarray(filled);
    if (filled === 0 && !this.#ended) filled = await this.#readTwice(stretch);
    while (!this.#ended && filled < FRAME_CONTENT_BYTES)
      filled += await this.#readThroughScratch(stretch.subarray(filled));
    return filled;
  }

  async #readTwice(stretch: Uint8Array): Promise<number> {
    const reads = [0, READ_BYTES].map((at) => this.#source.read(stretch.subarray(at, at + READ_BYTES)));
    const settled = await Promise.allSettled(reads);
    const [first = 0, second = 0] = settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    if (first < READ_BYTES) stretch.copyWithin(first, READ_BYTES, READ_BYTES + second);
    this.#ended = first === 0 || second === 0;
    return first + second;
  }

  async #readThroughScratch(room: Uint8Array): Promise<number> {
    const length = await this.#source.read(this.#scratch);
    this.#ended = length === 0;
    const taken = Math.min(length, room.length);
    room.set(this.#scratch.subarray(0, taken));
    this.#carry = this.#scratch.slice(taken, length);
    return taken;
  }
}

/** A source over chunks of any length. */
export function sourceOf(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let queue: Promise<unknown> = Promise.resolve();
  const read = async (into: Uint8Array): Promise<number> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return 0;
      rest = next.value;
    }
    const taken = Math.min(rest.length, into.length);
    into.set(rest.subarray(0, taken));
    rest = rest.subarray(taken);
    return taken;
  };
  return {
    read(into) {
      const result = queue.then(() => read(into));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}
