import { readLogTime } from '../log-time.ts';

/** A LOGTIME: `raw`, 16 hexadecimal digits, for comparing, since the engine compares its eight bytes; `at` for people. */
export interface EngineTime {
  readonly raw: string;
  readonly at: Date;
}

/** Undefined when it was never set. */
export function readEngineTime(view: DataView, offset: number): EngineTime | undefined {
  const at = readLogTime(view, offset);
  return at === undefined ? undefined : { raw: readHex(view, offset, 8), at };
}

/** A SIGNATURE as 56 hexadecimal digits: the engine compares its 28 bytes. */
export function readRawSignature(view: DataView, offset: number): string {
  return readHex(view, offset, 28);
}

function readHex(view: DataView, offset: number, sizeBytes: number): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, sizeBytes).toString('hex');
}

/** A 64-bit checksum as 16 hexadecimal digits. */
export function sealText(seal: bigint): string {
  return seal.toString(16).padStart(16, '0');
}
