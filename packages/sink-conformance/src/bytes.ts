import { strict as assert } from 'node:assert';
import { createCipheriv, createHash } from 'node:crypto';

/** Bytes for an object: the same for the same seed, others for another seed. */
export function bytesOf(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

/** @throws AssertionError that says where they differ; the bytes themselves would fill the screen */
export function assertSameBytes(found: Uint8Array, wanted: Uint8Array, what: string): void {
  assert.ok(found instanceof Uint8Array, `${what}: not a Uint8Array`);
  assert.equal(found.byteLength, wanted.byteLength, `${what}: ${found.byteLength} bytes, not ${wanted.byteLength}`);
  if (Buffer.compare(found, wanted) === 0) return;
  const offset = found.findIndex((byte, index) => byte !== wanted[index]);
  assert.fail(`${what}: other bytes, first at offset ${offset}`);
}
