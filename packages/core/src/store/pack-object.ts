import { hash } from 'node:crypto';
import type { WrappedFileKey } from '../keys.ts';
import { encryptInPlace, type Stretch } from './age-payload.ts';

/** A pack's content in memory that threads share. */
export interface PackContent extends Stretch {
  readonly buffer: Uint8Array;
  /** The pack becomes an age file with it: there is room for what is added before `start`. */
  readonly key: WrappedFileKey | undefined;
}

/** Where the object lies in the same buffer. */
export interface PackObject extends Stretch {
  readonly sha256: string;
}

/** Makes what is put out of a pack's content, where it is. */
export function packObject({ buffer, start, length, key }: PackContent): PackObject {
  const begin = key === undefined ? start : encryptInPlace(buffer, { start, length }, key);
  const object = buffer.subarray(begin, start + length);
  return { start: begin, length: object.length, sha256: hash('sha256', object, 'hex') };
}
