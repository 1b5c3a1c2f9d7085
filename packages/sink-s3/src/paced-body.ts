import { Readable } from 'node:stream';
import type { PutOptions } from '@adcs-backup/core/sink';

const pieceBytes = 64 * 1024;

/** The body of a put, handed to the connection piece by piece and never copied. */
export class PacedBody extends Readable {
  readonly #bytes: Uint8Array;
  readonly #pace: PutOptions['pace'];
  #sentBytes: number = 0;
  #isPaced: boolean = false;

  constructor(bytes: Uint8Array, pace: PutOptions['pace']) {
    super({ highWaterMark: pieceBytes });
    this.#bytes = bytes;
    this.#pace = pace;
  }

  /** Bytes that the connection has taken. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Whether it is the pace, not the connection, that is waited for. */
  get isPaced(): boolean {
    return this.#isPaced;
  }

  override _read(): void {
    const piece = this.#bytes.subarray(this.#sentBytes, this.#sentBytes + pieceBytes);
    if (piece.byteLength === 0) this.push(null);
    else if (this.#pace === undefined) this.#send(piece);
    else void this.#sendPaced(piece, this.#pace);
  }

  async #sendPaced(piece: Uint8Array, pace: NonNullable<PutOptions['pace']>): Promise<void> {
    this.#isPaced = true;
    try {
      await pace(piece.byteLength);
      this.#send(piece);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error('the pace of a put ended it', { cause: error }));
    } finally {
      this.#isPaced = false;
    }
  }

  #send(piece: Uint8Array): void {
    this.#sentBytes += piece.byteLength;
    this.push(piece);
  }
}
