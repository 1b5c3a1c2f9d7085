/** Gathers the beginning of a stream whose shape isn't known before that is read. */
export class HeadBuffer {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  get isFull(): boolean {
    return this.#length === this.#bytes.length;
  }

  /** What there is so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes what still fits; returns the rest. */
  take(bytes: Uint8Array): Uint8Array {
    const taken = Math.min(this.#bytes.length - this.#length, bytes.length);
    this.#bytes.set(bytes.subarray(0, taken), this.#length);
    this.#length += taken;
    return bytes.subarray(taken);
  }
}
