/** Told of each whole unit: it lies at `offset` of `view`, which is only valid during the call. */
export type OnUnit = (view: DataView, offset: number, index: number) => void;

/**
 * Cuts buffers of any length into units of one size, pages or segments. A unit that lies whole in a
 * buffer is used where it is; only one across buffers is copied.
 */
export class UnitCutter {
  readonly #unitBytes: number;
  readonly #onUnit: OnUnit;
  readonly #carry: Uint8Array;
  #carried = 0;
  #index = 0;

  constructor(unitBytes: number, onUnit: OnUnit) {
    this.#unitBytes = unitBytes;
    this.#onUnit = onUnit;
    this.#carry = new Uint8Array(unitBytes);
  }

  /** How many whole units there were. */
  get count(): number {
    return this.#index;
  }

  /** Bytes after the last whole unit. */
  get restBytes(): number {
    return this.#carried;
  }

  push(bytes: Uint8Array): void {
    let at = this.#carried === 0 ? 0 : this.#complete(bytes);
    if (at === bytes.length) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + this.#unitBytes <= bytes.length; at += this.#unitBytes) this.#emit(view, at);
    this.#carry.set(bytes.subarray(at));
    this.#carried = bytes.length - at;
  }

  /** Adds to the carried unit; returns how many bytes that took. */
  #complete(bytes: Uint8Array): number {
    const taken = Math.min(this.#unitBytes - this.#carried, bytes.length);
    this.#carry.set(bytes.subarray(0, taken), this.#carried);
    this.#carried += taken;
    if (this.#carried === this.#unitBytes) {
      this.#carried = 0;
      this.#emit(new DataView(this.#carry.buffer), 0);
    }
    return taken;
  }

  #emit(view: DataView, offset: number): void {
    this.#onUnit(view, offset, this.#index);
    this.#index += 1;
  }
}
