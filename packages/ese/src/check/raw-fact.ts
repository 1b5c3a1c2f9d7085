import { readLogTime } from '../log-time.ts';

/** A LOGTIME: `raw` for comparing, since the engine compares its eight bytes; `at` for people. */
export interface EngineTime {
  readonly raw: bigint;
  readonly at: Date;
}

/** Undefined when it was never set. */
export function readEngineTime(view: DataView, offset: number): EngineTime | undefined {
  const at = readLogTime(view, offset);
  return at === undefined ? undefined : { raw: view.getBigUint64(offset, true), at };
}

/** A SIGNATURE as 56 hexadecimal digits: the engine compares its 28 bytes. */
export function readRawSignature(view: DataView, offset: number): string {
  return Buffer.from(view.buffer, view.byteOffset + offset, 28).toString('hex');
}
