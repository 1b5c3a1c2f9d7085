import { readLogTime, writeLogTime } from './log-time.ts';

/** SIGNATURE: the identity of a database or of a log stream. The computer name in it is always empty. */
export interface Signature {
  readonly random: number;
  readonly createdAt: Date;
}

const SIGNATURE_BYTES = 28;

/** Writes a SIGNATURE (28 bytes). */
export function writeSignature(view: DataView, offset: number, signature: Signature): void {
  view.setUint32(offset, signature.random, true);
  writeLogTime(view, offset + 4, signature.createdAt);
  for (let at = offset + 12; at < offset + SIGNATURE_BYTES; at += 4) view.setUint32(at, 0, true);
}

/** Undefined when no signature was set. */
export function readSignature(view: DataView, offset: number): Signature | undefined {
  const createdAt = readLogTime(view, offset + 4);
  return createdAt === undefined ? undefined : { random: view.getUint32(offset, true), createdAt };
}
