/**
 * A fixed number of buffers that threads share. Who fills waits here for who empties: a slow sink
 * slows the reader instead of filling memory.
 */
export class BufferRing {
  readonly #free: Uint8Array[] = [];
  readonly #bytes: number;
  /** Buffers that were not needed yet: a small set costs little. */
  #unmade: number;
  readonly #waiting: { resolve: (buffer: Uint8Array) => void; reject: (reason: unknown) => void }[] = [];
  #failure: { readonly reason: unknown } | undefined;

  constructor(count: number, bytes: number) {
    this.#unmade = count;
    this.#bytes = bytes;
  }

  /** The next free buffer; it belongs to the caller until released. @throws what {@link fail} was given */
  acquire(): Promise<Uint8Array> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason);
    const buffer = this.#free.pop();
    if (buffer !== undefined) return Promise.resolve(buffer);
    if (this.#unmade > 0) {
      this.#unmade -= 1;
      return Promise.resolve(new Uint8Array(new SharedArrayBuffer(this.#bytes)));
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  release(buffer: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(buffer);
    else next.resolve(buffer);
  }

  /** In place of {@link release}, when somebody may go on reading the buffer: another one is used from now on. */
  replace(): void {
    this.release(new Uint8Array(new SharedArrayBuffer(this.#bytes)));
  }

  /** Every later {@link acquire} rejects with the first reason: whoever fills must stop. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure.reason);
  }
}
